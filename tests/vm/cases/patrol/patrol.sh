# A patrol is quiet when all is well; it tells once what begins, once that it is over, and what has grown
# since the baseline; it keeps a history, which other users cannot read.
# waits: yes
# vm: --device edu,id=edu0
# not 6.1-debug 6.12-rt-lockdep: as modes
. /overlay/vm/lib.sh
. /overlay/vm/procs.sh

patrol() { leakctl patrol --interval 200ms --thresholds /tmp/thresholds "$@" >"$OUT" 2>"$ERR"; }
# told NAME TEXT: the last patrol printed a line that has it
tells() { check "$1" grep -qF -- "$2" "$OUT"; }
quiet() {
	check "$1" patrol
	is "$1: it is quiet" "$(cat "$OUT" "$ERR")" ""
}
history() { leakctl patrol --history --json; }

cat >/tmp/thresholds <<-END
	baseline_bytes = 1M
	baseline_percent = 0
END
modprobe ghostmem mode=exact
quiet "the first patrol"
quiet "the second one"
quiet "the third one"
is "all are in the history" "$(json '.patrols | length' history)" 3
is "all was well" "$(json '[.patrols[].state] | unique | join(",")' history)" ok
is "the history is what the schema says" "$(status_of sh -c \
	'leakctl patrol --history --json | /overlay/tools/gmschema /overlay/docs/schema patrol-history')" 0
is "a patrol is what the schema says" "$(status_of sh -c \
	'leakctl patrol --interval 200ms --json | /overlay/tools/gmschema /overlay/docs/schema patrol')" 0

made parent zombies 5
parent=$maker
alarmed() {
	patrol
	grep -q "new: zombies" "$OUT"
}
check "zombies are told" wait_for 30 alarmed
tells "with their parent" "warning, new: zombies gmproc[$parent]: "
quiet "once"
kill "$parent"
wait_for 10 sh -c "! kill -0 $parent 2>/dev/null"
check "when they are gone" patrol
tells "that is told" "zombies gmproc[$parent]"
tells "as over" "over, after"
quiet "that as well once"
is "the history has when it ended" "$(json \
	'[.findings[] | select(.rule == "zombies") | .ended_s >= .began_s] | join(",")' history)" true

modprobe gmlab_pci forget=all scale=8
wait_for 30 bound
unplug edu0
lost=$(forgotten)
rmmod gmlab_pci
check "after a leak" patrol
tells "the unloaded module is told" "critical, new: unloaded_module"
tells "what has grown since the baseline is told" "[gmlab_pci] has grown by"
quiet "both once"
grown=$(json '[.patrols[0].sites_bytes, .patrols[-1].sites_bytes] | .[0] - .[1]' history)
near "the history shows the leak" "$grown" "$lost" 50 $((2 * 1024 * 1024))
check "another baseline" patrol --baseline now
check "the next patrol" patrol
tells "ends the growth" "over, after"

is "a snapshot is a baseline, too" "$(status_of sh -c \
	'leakctl snapshot --interval 200ms -o /tmp/snapshot && leakctl patrol --interval 200ms --baseline /tmp/snapshot')" 0
is "only root may read the history" \
	"$(status_of setpriv --reuid 65534 --regid 65534 --clear-groups leakctl patrol --history)" 3
finish
