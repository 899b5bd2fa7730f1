# What leakctl prints as JSON is what docs/schema says, for every command, in every mode.
# vm: --device edu,id=edu0
# not 6.1-debug 6.12-rt-lockdep: as modes
. /overlay/vm/lib.sh

tools=/overlay/tools

# as_described SCHEMA STATUS ARG...: leakctl ARG... exits with STATUS, and prints what SCHEMA says
as_described() {
	schema=$1
	want=$2
	shift 2
	leakctl "$@" >/tmp/document 2>"$ERR"
	got=$?
	if [ $got != "$want" ]; then
		not_ok "$mode: leakctl $*" "status $got, want $want: $(head -n 1 "$ERR")"
	elif $tools/gmschema /overlay/docs/schema "$schema" </tmp/document >/tmp/problems; then
		ok "$mode: leakctl $*"
	else
		not_ok "$mode: leakctl $*" "$(head -n 3 /tmp/problems | tr '\n' ' ')"
	fi
}

# Commands that answer whatever the mode is.
always() {
	as_described status "$1" status --json
	as_described sockets 0 sockets --json
}

recording() {
	always 0
	as_described sites 0 sites --json --class all
	as_described sites 0 sites --json --module gmlab_pci
	as_described sites 0 sites --json --sort rate
	as_described sites 0 sites --json --sort growth --class all
	as_described trace 0 trace --json --for 1s --settle 0s --class all
	as_described export 0 export --format json
	as_described config 0 config --json
}

mode="no module"
always 3

mode=exact
modprobe ghostmem mode=exact
modprobe gmlab_pci forget=all
wait_for 30 bound
unplug edu0
rmmod gmlab_pci
ip link set lo up
$tools/gmsock udp 100 1000 >/dev/null &
socket=$!
sleep 1
recording

mode=sampled
as_described config 0 config --json mode=sampled interval=8K
find / -xdev >/dev/null
recording

mode="sampled, with sk_buffs"
as_described config 0 config --json skb=on
ping -c 1 127.0.0.1 >/dev/null
recording
as_described sites 0 sites --json --class skb
as_described reset 0 reset --json
recording

mode=off
as_described config 0 config --json mode=off
always 0
as_described config 0 config --json

kill $socket
mode="none, of another user"
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups leakctl "$@"; }
as_nobody status --json >/tmp/document 2>/dev/null
is "$mode: status exits with 3" $? 3
check "$mode: status" sh -c "$tools/gmschema /overlay/docs/schema status </tmp/document"
is "$mode: the ledger is there" "$(jq '.module.problem, (.ledger.total_bytes > 0)' /tmp/document | tr '\n' ' ')" \
	'"not_permitted" true '
finish
