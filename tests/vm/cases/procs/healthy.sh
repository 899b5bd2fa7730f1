# Nothing is found where nothing is wrong: on an idle and on a busy machine, with processes that come and go;
# many tasks cost little; and who may not see everything is told so.
# vm: --mem 2G
# waits: yes
# not 6.1-debug 6.12-rt-lockdep: no code of the module runs
. /overlay/vm/lib.sh
. /overlay/vm/procs.sh

# quiet NAME ROUNDS: leakctl has no finding, not even one that is only possible
quiet() {
	found=
	round=0
	while [ $round -lt "$2" ]; do
		round=$((round + 1))
		look
		found="$found$(jq -r '.procs[] | "\(.finding) of \(.comm): \(.sentence); "' $said)"
	done
	is "$1: nothing is found in $2 rounds" "$found" ""
}

quiet idle "$(paced 40 2)"
processes=$(jq .tasks.processes $said)
for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1000 & sleeps="${sleeps-} $!"; done
look
is "ten more processes are ten more" "$(($(jq .tasks.processes $said) - processes))" 10
# shellcheck disable=SC2086 # one word each
kill $sleeps

# A processor in use, processes that come and go, and a disk that is written to.
sh -c 'while :; do :; done' &
busy=$!
sh -c 'while :; do /bin/true; done' &
forks=$!
sh -c 'while :; do dd if=/dev/zero of=/root/written bs=64K count=64 conv=fsync; done' 2>/dev/null &
writes=$!
quiet busy "$(paced 40 3)"
kill $busy $forks $writes
wait $busy $forks $writes 2>/dev/null

many=$(paced 20000 1000)
made many sleepers "$many"
look
is "$many tasks are seen" "$(jq ".tasks.threads >= $many" $said)" true
is "and are no finding" "$(jq -r '[.procs[].finding] | join(" ")' $said)" ""
cost=$(jq -r '"\(.cost.cpu_s) s of CPU time and \(.cost.memory_bytes / 1024 | floor) KiB"' $said)
check "$many tasks cost $cost: below 64 MiB" [ "$(jq '.cost.memory_bytes < 67108864' $said)" = true ]
# What it costs in time depends on what else the host does, and is only told.
kill "$maker"

is "exit status" "$(status_of leakctl procs --interval 100ms)" 0
is "nothing on stderr" "$(cat "$ERR")" ""
leakctl procs --interval 100ms >/tmp/procs.txt
check "text says that all is well" grep -q "^Nothing found" /tmp/procs.txt
is "no interval is refused" "$(status_of leakctl procs --interval 0)" 2
is "an unknown key is refused" "$(status_of leakctl procs --sort nonsense)" 2
is "who is not root is told what is not seen" \
	"$(setpriv --reuid=65534 --clear-groups leakctl procs --json --interval 100ms |
		jq '[.notes[] | select(contains("run it as root"))] | length')" 1
finish
