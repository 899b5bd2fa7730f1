# leakctl check speaks to monitoring systems: one line with performance data, and codes 0 to 3, on a host
# that is well, that leaks, that has zombies, and that cannot be judged.
# waits: yes
# vm: --device edu,id=edu0
# not 6.1-debug 6.12-rt-lockdep: as modes
. /overlay/vm/lib.sh
. /overlay/vm/procs.sh

# says NAME CODE WORD ARG...: leakctl check ARG... exits with CODE and prints one line that begins with WORD
says() {
	name=$1
	code=$2
	word=$3
	shift 3
	is "$name: the code" "$(status_of leakctl check --interval 200ms "$@")" "$code"
	is "$name: the word" "$(cut -d ' ' -f 1-3 "$OUT")" "GHOSTMEM $word -"
	is "$name: it is one line" "$(wc -l <"$OUT")" 1
}
# figure NAME: its value in the performance data that was printed last
figure() { sed 's/.*|//' "$OUT" | tr ' ' '\n' | sed -n "s/^$1=\([0-9]*\)B\{0,1\};.*/\1/p"; }

says "without the module" 3 UNKNOWN
says "where there shall be none" 0 OK --without-module
is "a wrong option" "$(status_of leakctl check --nonsense)" 3
says "a file of thresholds that is missing" 3 UNKNOWN --thresholds /nowhere

modprobe ghostmem mode=exact
says "well" 0 OK
near "the ghosts of the performance data are those of status" "$(figure ghosts)" \
	"$(json .ledger.ghost_bytes leakctl status --json)" 20 $((4 * 1024 * 1024))
is "nothing is found" "$(figure findings)" 0
is "it is the schema's document" "$(status_of sh -c 'leakctl check --interval 200ms --json |
	/overlay/tools/gmschema /overlay/docs/schema check')" 0

made parent zombies 5
parent=$maker
warned() { leakctl check --interval 200ms >"$OUT"; [ $? = 1 ]; }
check "zombies are a warning after a while" wait_for 30 warned
warned
check "and their parent is named" grep -q "gmproc\[$parent\]" "$OUT"
is "how many there are" "$(figure zombies)" 5
kill "$parent"
well() { leakctl check --interval 200ms >"$OUT"; }
check "without them it is well again" wait_for 10 well

modprobe gmlab_pci forget=all
wait_for 30 bound
unplug edu0
rmmod gmlab_pci
says "a leak of an unloaded module" 2 CRITICAL
check "and the module is named" grep -q gmlab_pci "$OUT"
finish
