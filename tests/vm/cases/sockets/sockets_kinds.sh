# Each place where a socket can be and each queue in it: one check each, compared with the witness.
# tier: soak on 6.1-debug
# vm: --mem 2G
# soak-limit: 1500
# Programs print NAME=VALUE lines, which become variables.
# shellcheck disable=SC2154
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

# queues FILE FILTER: what is queued in the socket that FILTER finds, in a line. The witness has each
# of UDP's two receive queues for itself.
queues() {
	jq -r "$2"' | [[.queues[] | if .name == "reader" then .name = "receive" else . end] |
		group_by(.name)[] | reduce .[] as $part ({};
			.name = $part.name | .skbs += $part.skbs | .bytes += $part.bytes |
			.truesize_bytes += $part.truesize_bytes |
			.pinned_bytes += $part.pinned_bytes |
			.vmalloc_bytes += ($part.vmalloc_bytes // 0) |
			.mapped_bytes += ($part.mapped_bytes // 0)) |
		select(.skbs + .pinned_bytes + (.vmalloc_bytes // 0) + (.mapped_bytes // 0) > 0) |
		"\(.name) \(.skbs) \(.bytes) \(.truesize_bytes) \(.pinned_bytes)"] | sort | join(", ")' "$1"
}

# agrees INODE FILTER: leakctl's row of that inode with what FILTER finds in the witness
agrees() {
	has_witness || return
	is "$title: queues" "$(queues $CENSUS "[.sockets[] | select(.inode == $1)][0]")" "$(queues $WITNESS "$2")"
	for what in pinned_bytes vmalloc_bytes mapped_bytes; do
		is "$title: $what" "$(row "$1" .$what)" "$(saw "$2 | .$what")"
	done
	near "$title: slab" "$(row "$1" .slab_bytes)" "$(saw "$2 | .slab_bytes")"
}

# situation TITLE SCENARIO...: makes a situation, and counts it with leakctl and with the witness
situation() {
	title=$1
	shift
	make "$@" || return
	census
	! has_witness || witness socket "$pid" "$fd"
}

# plain TITLE SCENARIO...: one socket of one process, whose row is compared with the witness
plain() {
	situation "$@" || return
	is "$title: whose" "$(row "$inode" '"\(.pid) \(.fd) \(.comm)"')" "$pid $fd gmsock"
	agrees "$inode" .
}

modprobe ghostmem
has_witness || echo "skipped - the witness: this kernel has no BTF; only what is known is compared"

plain "unread TCP" tcp 2000000
is "$title: data" "$(queue "$inode" receive .bytes)" 2000000
unmake

situation "not accepted" unaccepted 3 100000
is "$title: three" "$(counted "[.sockets[] | select(.holder_inode == $inode)] | length")" 3
is "$title: marked so" \
	"$(counted "[.sockets[] | select(.holder_inode == $inode and (.flags | index(\"unaccepted\")))] | length")" 3
is "$title: nobody's" "$(counted "[.sockets[] | select(.holder_inode == $inode) | .owners[]] | length")" 0
is "$title: data" "$(counted "[.sockets[] | select(.holder_inode == $inode) | .queues[].bytes] | add")" 300000
! has_witness || is "$title: pinned" \
	"$(counted "[.sockets[] | select(.holder_inode == $inode) | .pinned_bytes] | add")" \
	"$(saw '[.children[].pinned_bytes] | add')"
unmake

title=orphan
make orphan 300000
orphans="[.sockets[] | select((.local // \"\") | endswith(\":$orphan_port\"))]"
in_send_q() { ss -tnH state fin-wait-1 "sport = :$orphan_port" | awk '{ print $2 }'; }
# Until what has gone is acknowledged, and only what the other side has no room for is left: the FIN
# that waits behind the data counts in Send-Q.
at_rest() {
	census
	[ "$(counted "[${orphans}[0].queues[].bytes] | add + 1")" = "$(in_send_q)" ]
}
wait_for 20 at_rest
is "$title: there" "$(counted "$orphans | length")" 1
is "$title: marked so" "$(counted "${orphans}[0].flags | index(\"orphan\") != null")" true
is "$title: nobody's" "$(counted "${orphans}[0].owners | length")" 0
is "$title: data is Send-Q" "$(counted "[${orphans}[0].queues[].bytes] | add + 1")" "$(in_send_q)"
if has_witness; then
	witness tcp "$orphan_port"
	is "$title: pinned" "$(counted "${orphans}[0].pinned_bytes")" "$(saw .total.pinned_bytes)"
	is "$title: packets" "$(counted "[${orphans}[0].queues[].skbs] | add")" "$(saw .total.skbs)"
fi
unmake

situation "in flight" in-flight 300000
is "$title: marked so" "$(marked "$passed_inode" in_flight)" 1
is "$title: where" "$(row "$passed_inode" .holder_inode)" "$holder_inode"
is "$title: nobody's" "$(row "$passed_inode" '.owners | length')" 0
is "$title: data" "$(queue "$passed_inode" receive .bytes)" 300000
agrees "$passed_inode" '.children[0]'
unmake

situation "in flight within others" in-flight 300000 --nested=3
is "$title: marked so" "$(marked "$passed_inode" in_flight)" 1
is "$title: where" "$(row "$passed_inode" .holder_inode)" "$holder_inode"
is "$title: and that one, too" "$(marked "$holder_inode" in_flight)" 1
agrees "$passed_inode" '.children[0].children[0].children[0]'
unmake

in="unshare -n"
plain "another namespace" unix-stream 300000
is "$title: which" "$(row "$inode" .netns)" "$(stat -L -c %i "/proc/$pid/ns/net")"
check "$title: counted" test "$(counted .census.namespaces)" -ge 2
in=
unmake

situation "of two processes" shared 100000
agrees "$inode" .
is "$title: all who hold it" "$(row "$inode" '[.owners[] | "\(.pid)/\(.fd)"] | sort | join(" ")')" \
	"$(printf '%s\n' "$pid/$fd" "$pid/$second_fd" "$child_pid/$fd" | LC_ALL=C sort | paste -sd ' ')"
check "$title: one of them is told first" jq -e --argjson inode "$inode" \
	'.sockets[] | select(.inode == $inode) | {pid, fd} as $first | [.owners[] | {pid, fd} == $first] | any' \
	$CENSUS
is "$title: one row" "$(counted "[.sockets[] | select(.inode == $inode)] | length")" 1
unmake

plain "errors" errors 50 1000
is "$title: packets" "$(queue "$inode" error .skbs)" 50
unmake

plain "time stamps" timestamps 50 1000
is "$title: packets" "$(queue "$inode" error .skbs)" 50
unmake

plain "out of order" out-of-order 20 1000
is "$title: packets" "$(queue "$inode" out_of_order '"\(.skbs) \(.bytes)"')" "20 20000"
unmake

# The versions differ in what stands in a block; how a socket keeps its blocks is one for all of them.
versions="1 2 3"
! short || versions=3
for version in $versions; do
	plain "ring of version $version" ring $version 4 32768
	is "$title: its blocks" "$(queue "$inode" rx_ring .pinned_bytes)" 131072
	unmake
done
plain "ring to send" ring 2 4 65536 --tx
is "$title: its blocks" "$(queue "$inode" tx_ring .pinned_bytes)" 262144
is "$title: by order" "$(row "$inode" '.orders[] | select(.blocks > 0) | "\(.order):\(.blocks)"')" 4:4
unmake

plain "packet socket" packet 50 1000
is "$title: out and in" "$(queue "$inode" receive .skbs)" 100
unmake

plain "unix datagrams" unix-datagrams 8 100000
is "$title: data" "$(queue "$inode" receive '"\(.skbs) \(.bytes)"')" "8 800000"
unmake

plain "unix stream" unix-stream 1000000
is "$title: data" "$(queue "$inode" receive .bytes)" 1000000
unmake

if modprobe vsock_loopback 2>/dev/null; then
	situation "vsock" vsock 200000
	is "$title: whose" "$(row "$inode" '"\(.pid) \(.fd) \(.family)"')" "$pid $fd vsock"
	if [ "$(marked "$inode" partial)" = 1 ]; then
		# In packets of its own, as until 6.3: no more is known than that there are some.
		is "$title: data" "$(row "$inode" '[.queues[].bytes // 0] | add // 0')" 0
	else
		is "$title: data" "$(queue "$inode" receive .bytes)" 200000
		check "$title: memory" test "$(row "$inode" '.pinned_bytes + .slab_bytes')" -ge 200000
	fi
	unmake
else
	echo "skipped - vsock: this kernel has no vsock_loopback"
fi

plain "netlink, to a group" netlink 20 60000
is "$title: messages" "$(queue "$inode" receive .skbs)" 20
unmake
# Heads of vmalloc space, of pages or of large kmalloc(), by kernel.
plain "netlink, to one" netlink 20 60000 --unicast
check "$title: its heads are seen" test "$(row "$inode" '.vmalloc_bytes + .pinned_bytes + .slab_bytes')" -ge 1200000
unmake

plain "UDP, once read" udp 100 1000 --read-once
is "$title: both queues" "$(row "$inode" '[.queues[] | "\(.name) \(.skbs)"] | sort | join(" ")')" \
	"receive 199"
unmake

dd if=/dev/zero of=/tmp/file bs=1M count=4 2>/dev/null
plain "sendfile" sendfile /tmp/file 4000000
is "$title: the file's pages" "$(row "$inode" '"\(.mapped_bytes) \(.pinned_bytes)"')" "4001792 0"
unmake

if [ -e /proc/sys/vm/unprivileged_userfaultfd ]; then
	title="held by its reader"
	make busy 5000 200000
	check "$title: counted all the same" timeout 60 leakctl sockets --json
	cp "$OUT" $CENSUS
	is "$title: marked so" "$(marked "$inode" busy)" 1
	# The other side sends again what nobody acknowledges: there is no less afterwards.
	backlog=$(queue "$inode" backlog '.skbs // 0')
	if has_witness; then
		witness socket "$pid" "$fd"
		check "$title: its backlog" test "$backlog" -le "$(saw '.queues[] | select(.name == "backlog").skbs')"
	fi
	check "$title: which is not empty" test "$(queue "$inode" backlog '.bytes // 0')" -ge 100000
	unmake
else
	echo "skipped - held by its reader: the kernel has no userfaultfd"
fi

make tcp 1000000
setpriv --reuid 65534 --regid 65534 --clear-groups leakctl sockets --json >$CENSUS 2>/dev/null
is "another user is shown nothing of it" "$(jq -s "[.[].sockets[]? | select(.inode == $inode)] | length" $CENSUS)" 0
unmake

census
is "afterwards none of them is left" "$(counted '[.sockets[] | select(.comm == "gmsock")] | length')" 0
is "and nothing was missed" "$(counted '.census.missed | to_entries | map(select(.value > 0) | "\(.key) \(.value)") | join(" ")')" ""
check "the module goes" rmmod ghostmem
finish
