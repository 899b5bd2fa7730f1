# A raw ICMPv6 socket that nobody reads is the first row; what it pins is what the witness finds and what
# a close frees.
# needs: CONFIG_DEBUG_INFO_BTF CONFIG_PROC_KCORE
# vm: --wire --mem 2G
# soak-limit: 1500
# Programs print NAME=VALUE lines, which become variables.
# shellcheck disable=SC2154
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

loopback_packets=$(paced 60000 8000)
outside_packets=$(paced 100000 12000)

# story NAME PACKETS COMMAND...: COMMAND feeds the socket; address, count and size are appended to it
story() {
	title=$1
	packets=$2
	shift 2
	make raw6-sink || return
	"$@" "$packets" 1400 >/dev/null
	wait_for 20 sh -c "[ \$(ss -6wnH | awk '{ print \$2 }') -ge $((packets * 2000)) ]"
	settle
	[ -e /sys/module/ghostmem ] || modprobe ghostmem
	census
	witness socket "$pid" "$fd"

	is "$title: the first row's process" "$(counted '.sockets[0].pid')" "$pid"
	is "$title: its name" "$(counted '.sockets[0].comm')" gmsock
	is "$title: its descriptor" "$(counted '.sockets[0].fd')" "$fd"
	is "$title: its inode" "$(counted '.sockets[0].inode')" "$inode"
	is "$title: its family" "$(counted '.sockets[0].family')" inet6
	is "$title: packets" "$(saw .skbs)" "$packets"
	is "$title: as the witness has them" "$(queue "$inode" receive .skbs)" "$(saw .skbs)"
	is "$title: data" "$(row "$inode" '[.queues[].bytes] | add')" "$(saw .bytes)"
	is "$title: what it is charged for is Recv-Q" "$(queue "$inode" receive .truesize_bytes)" \
		"$(ss -6wnH | awk '{ print $2 }')"
	near "$title: pinned" "$(row "$inode" .pinned_bytes)" "$(saw .pinned_bytes)"
	near "$title: in slab" "$(row "$inode" .slab_bytes)" "$(saw .slab_bytes)"
	is "$title: blocks by order" "$(row "$inode" '[.orders[] | select(.blocks > 0)] | sort_by(.order) |
		map("\(.order):\(.blocks)") | join(" ")')" \
		"$(saw '.orders | map("\(.order):\(.blocks)") | join(" ")')"
	told_bytes=$(row "$inode" '.pinned_bytes + .slab_bytes')
	check "$title: enough to be seen" test "$told_bytes" -gt $((packets * 1279))

	settle
	free_before=$(free_bytes)
	close_it
	settle
	# Some objects of the last slabs belong to others, and each CPU keeps a few slabs.
	near "$title: comes back" $(($(free_bytes) - free_before)) "$told_bytes" 10 524288
	census
	is "$title: and is in the census no more" "$(counted "[.sockets[] | select(.inode == $inode)] | length")" 0
	unmake
}

lay_wire
from_outside() { $outside $tools/gmsock raw6-flood fd09::1 "$@"; }
from_here() { $tools/gmsock raw6-flood ::1 "$@"; }

modprobe ghostmem
story "over loopback" $loopback_packets from_here
check "over loopback: heads are in slab" test "$(saw .slab_bytes)" -gt "$(saw .pinned_bytes)"
rmmod ghostmem
story "from outside, loaded afterwards" $outside_packets from_outside
check "from outside: heads or data are in pages" test "$(saw .pinned_bytes)" -gt "$(saw .slab_bytes)"
# The short form takes each way of feeding once and each order of loading once.
if ! short; then
	story "from outside" $outside_packets from_outside
	rmmod ghostmem
	story "over loopback, loaded afterwards" $loopback_packets from_here
fi
finish
