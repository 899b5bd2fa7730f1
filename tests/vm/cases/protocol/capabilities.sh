# Reading needs CAP_PERFMON beside CAP_NET_ADMIN, changing needs CAP_SYS_ADMIN; no user locks out another.
# not 6.1-debug: permissions and places take no path that netlink.sh does not take there
. /overlay/vm/lib.sh

state() { json '"\(.module.mode) \(.module.generation)"' leakctl status --json; }
# An ordinary user, with CAPABILITIES and no others.
with() { echo "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps $1 --ambient-caps $1"; }
reader=$(with +net_admin,+perfmon)

# operations WHO READING CHANGING [PREFIX]: what each operation answers when PREFIX asks, one after
# the other: leakctl asks for the status before anything else, and would see no other refusal
operations() {
	# shellcheck disable=SC2086 # a command with its arguments
	is "$1: each operation" "$(${4-} /overlay/tools/gmnl permissions)" "STATUS_GET=$2 SITE_GET=$2 \
SKB_GET=$2 SOCKET_GET=$2 ZONE_GET=$2 DEVICE_GET=$2 MODULE_GET=$2 EVENT_GET=$2 RESET=$3 CONFIG_SET=$3"
}
# fails NAME WORDS COMMAND...: exit status 3, and WORDS in the one line on stderr
fails() {
	name=$1
	words=$2
	shift 2
	is "$name: exit status" "$(status_of "$@")" 3
	is "$name: one line that says why" "$(wc -l <"$ERR") $(grep -cF "$words" "$ERR")" "1 1"
}

modprobe ghostmem mode=exact
find / -xdev >/dev/null
before=$(state)
operations "nobody" EPERM EPERM "setpriv --reuid 65534 --regid 65534 --clear-groups"
operations "CAP_NET_ADMIN alone" EPERM EPERM "$(with +net_admin)"
operations "CAP_PERFMON alone" EPERM EPERM "$(with +perfmon)"
operations "CAP_SYS_ADMIN alone" EPERM EPERM "$(with +sys_admin)"
operations "root without CAP_PERFMON and CAP_SYS_ADMIN" EPERM EPERM \
	"setpriv --bounding-set -perfmon,-sys_admin"
operations "root of a user namespace" EPERM EPERM "unshare -Ur"
operations "CAP_NET_ADMIN and CAP_PERFMON" 0 EPERM "$reader"
# shellcheck disable=SC2046,SC2086 # a command with its arguments
{
	check "a reader sees the sites" $reader leakctl sites
	is "a reader sees the module's sockets" "$(json .source $reader leakctl sockets --json)" module
	fails "a reader may not reset" CAP_SYS_ADMIN $reader leakctl reset
	fails "a reader may not switch it off" CAP_SYS_ADMIN $reader leakctl config mode=off
	fails "CAP_NET_ADMIN does not show the status" CAP_PERFMON $(with +net_admin) leakctl status
	is "without CAP_PERFMON sockets come from sock_diag" \
		"$(json '"\(.source) \(.why_not_module | contains("CAP_PERFMON"))"' \
			$(with +net_admin) leakctl sockets --json)" "sock_diag true"
}
is "none of it has changed anything" "$(state)" "$before"
operations "CAP_NET_ADMIN and CAP_SYS_ADMIN" 0 0 "$(with +net_admin,+sys_admin)"
operations "root" 0 0

# hold WHAT COUNT: another user holds that many dumps open, until $holder is killed
hold() {
	# Otherwise the words of the one before would be found before this one has opened the file.
	rm -f /tmp/held
	# shellcheck disable=SC2086 # a command with its arguments
	$reader /overlay/tools/gmnl hold-dumps "$1" "$2" >/tmp/held &
	holder=$!
	wait_for 10 grep -q held /tmp/held
}
let_go() {
	kill $holder
	wait $holder 2>/dev/null
	wait_for 5 grep -qx 0 /sys/module/ghostmem/refcnt
}

find / -xdev >/dev/null
hold sites 12
is "of 12 dumps of sites one user is let have 8" "$(cat /tmp/held)" "held 8"
check "another user is served" leakctl sites
# shellcheck disable=SC2086 # a command with its arguments
fails "that user's ninth is refused" "busy" $reader leakctl sites
check "they are let go of" let_go

hold sockets 4
is "of 4 censuses of sockets one user is let have 2" "$(cat /tmp/held)" "held 2"
is "another user is served" "$(json .source leakctl sockets --json)" module
check "they are let go of" let_go

hold zones 4
is "of 4 censuses of page frames one user is let have 2" "$(cat /tmp/held)" "held 2"
operations "another user" 0 0
check "they are let go of" let_go
check "the module unloads" rmmod ghostmem
finish
