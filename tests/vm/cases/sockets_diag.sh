# Without the module leakctl sockets agrees with ss -m, in every namespace, and shows nobody else's.
# not 6.1-debug: nothing of ours is in the kernel but at the end
. /overlay/vm/lib.sh

nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
made=/tmp/made

# made_by PREFIX... -- KIND=BYTES...: has gmpeer make sockets; its lines are in $made
made_by() {
	: >"$made"
	prefix=
	while [ "$1" != -- ]; do
		prefix="$prefix $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # the prefix is a command with its arguments
	$prefix /overlay/tools/gmpeer "$@" >"$made" 2>&1 &
	peers="$peers $!"
	wait_for 60 grep -q '^ready' "$made" || not_ok "gmpeer $*" "$(tail -n 2 "$made")"
}

# field KIND END NUMBER: a word of gmpeer's line: 3 the pid, 4 the descriptor, 5 the inode
field() { awk -v kind="$1" -v end="$2" '$1 == kind && $2 == end { print $'"$3"' }' "$made"; }

# ours INODE FILTER: what leakctl says of a socket
ours() {
	leakctl sockets --json --inode "$1" 2>&1 | jq -r ".sockets[0] | $2"
}

# theirs INODE SS-ARGUMENT...: what ss says: skmem without what ss alone knows
theirs() {
	inode=$1
	shift
	"$@" | tr '\n' ' ' | sed 's/skmem:/\nskmem:/g' >/tmp/ss
	# The inode stands before its skmem, on the line that begins with the socket before's. Of a
	# unix socket it is behind its name; the peer's comes later.
	awk -v want="(ino:|u_[a-z]+ +[A-Z-]+ +[0-9]+ +[0-9]+ +[^ ]+ +)$inode " '
		previous ~ want { sub(/^skmem:\(/, ""); sub(/\).*/, ""); print; exit }
		{ previous = $0 }' /tmp/ss
}

# But for drops: a sender that probes for room has them go on.
skmem='.meminfo | "r\(.rmem_alloc_bytes),rb\(.rcvbuf_bytes),t\(.wmem_alloc_bytes),tb\(.sndbuf_bytes),f\(.fwd_alloc_bytes),w\(.wmem_queued_bytes),o\(.optmem_bytes),bl\(.backlog_bytes)"'

# A queue's truesize by ss's own words: r for what came, w for what TCP sends, else t.
part() { echo "$1" | sed -nE "s/^(.*,)?$2([0-9]+)(,.*)?$/\2/p"; }

# both INODE SS...: what each says, between two times that ss says the same
both() {
	said=$(theirs "$@")
	leakctl sockets --json --inode "$1" >/tmp/ours 2>&1
	[ "$said" = "$(theirs "$@")" ]
}

# agrees NAME KIND END SENT SS...: of the socket of that kind and end; SENT is w or t
agrees() {
	inode=$(field "$2" "$3" 5)
	name=$1
	sent=$4
	shift 4
	check "$name: is at rest" wait_for 20 both "$inode" "$@"
	is "$name: every counter is as ss -m has it" "$(jq -r ".sockets[0] | $skmem" /tmp/ours)" "${said%,d*}"
	sum=$(($(part "$said" r) + $(part "$said" "$sent") + $(part "$said" bl)))
	is "$name: truesize is what ss -m charges" "$(jq '.sockets[0].truesize_bytes' /tmp/ours)" "$sum"
	is "$name: the queues add up to it" \
		"$(jq '[.sockets[0].queues[].truesize_bytes // 0] | add // 0' /tmp/ours)" "$sum"
}

# something NAME KIND END: that there was anything to agree on
something() {
	[ "$(ours "$(field "$2" "$3" 5)" .truesize_bytes)" -gt 0 ] || not_ok "$1: holds something"
}

lite=
grep -q '^UDP-Lite ' /proc/net/protocols && lite=udplite=2000

peers=
# shellcheck disable=SC2086 # nothing, or one word
made_by -- tcp=200000 tcp6=5000 udp=30000 udp6=4000 $lite raw6=50000 unix_stream=50000 \
	unix_dgram=9000 netlink=1 ring=262144 unaccepted=7000

agrees "tcp, receiving" tcp server w ss -Hatnem
something "tcp, receiving" tcp server
agrees "tcp, sending" tcp client w ss -Hatnem
something "tcp, sending" tcp client
agrees "tcp over IPv6" tcp6 server w ss -Hatnem
agrees udp udp receiver t ss -Hauenm
something udp udp receiver
agrees "udp over IPv6" udp6 receiver t ss -Hauenm
agrees raw raw6 receiver t ss -Hawenm
something raw raw6 receiver
agrees "unix stream" unix_stream sender t ss -Haxem
something "unix stream" unix_stream sender
agrees "unix datagrams" unix_dgram sender t ss -Haxem
something "unix datagrams" unix_dgram sender
agrees "packet" ring ring t ss -Ha0em
if [ "$lite" ]; then
	is "udplite is there" "$(ours "$(field udplite receiver 5)" '"\(.family) \(.protocol)"')" \
		"inet udplite"
else
	echo "skipped - udplite is there: this kernel has no UDP-Lite"
fi

# ss has no inode of a netlink socket: it goes by its port, the pid of who asked first.
port=$(ours "$(field netlink receiver 5)" .local)
said=$(ss -Haf netlink -nm | grep ":$port " | sed -n 's/.*skmem:(\(r[0-9]*\),.*/\1/p' | head -n 1)
is "netlink: what came is as ss -m has it" \
	"$(ours "$(field netlink receiver 5)" '"r\(.meminfo.rmem_alloc_bytes)"')" "$said"

# ss has no inode of what was not accepted either.
port=$(ours "$(field unaccepted listener 5)" .local | sed 's/.*://')
waiting=".sockets[] | select(.inode == 0 and (.local | endswith(\":$port\")))"
is "not accepted: found, with its data" \
	"$(json "$waiting | \"\(.flags[0]) \(.queues[0].bytes)\"" leakctl sockets --json --family tcp)" \
	"unaccepted 7000"
is "not accepted: truesize is what ss -m charges" \
	"$(json "$waiting | .meminfo.rmem_alloc_bytes" leakctl sockets --json --family tcp)" \
	"$(ss -Htnem state established "sport = :$port" | tr '\n' ' ' | sed -n 's/.*skmem:(r\([0-9]*\),.*/\1/p')"
is "not accepted: who listens is named" \
	"$(json "$waiting | .holders[0].pid" leakctl sockets --json --family tcp)" "$(field unaccepted listener 3)"

for kind in tcp:server raw6:receiver unix_stream:sender ring:ring; do
	inode=$(field "${kind%:*}" "${kind#*:}" 5)
	is "$kind: pid and descriptor" "$(ours "$inode" '"\(.pid) \(.fd) \(.comm)"')" \
		"$(field "${kind%:*}" "${kind#*:}" 3) $(field "${kind%:*}" "${kind#*:}" 4) gmpeer"
done
is "every TCP and UDP socket that ss has is there" \
	"$(json '[.sockets[] | select(.protocol == "tcp" or .protocol == "udp") | .inode | select(. != 0)] |
		sort | join(" ")' leakctl sockets --json)" \
	"$(ss -Hantuem | grep -oE 'ino:[0-9]+' | cut -d : -f 2 | grep -vx 0 | sort -n | tr '\n' ' ' | sed 's/ $//')"
is "a ring is told of by its size" \
	"$(ours "$(field ring ring 5)" '.queues[] | select(.name == "rx_ring") | .pinned_bytes')" 262144
is "nothing is claimed of pages" \
	"$(json '[.sockets[].pinned_bytes, .census.pinned_bytes] | unique | tostring' leakctl sockets --json)" "[null]"
is "who answers is said" "$(json .source leakctl sockets --json)" sock_diag
check "text says that pages need the module" sh -c "leakctl sockets | grep -q 'need the module'"
is "sockets exits with 0 without the module" "$(status_of leakctl sockets)" 0
is "and says nothing on stderr" "$(cat "$ERR")" ""
is "--top" "$(json '.sockets | length' leakctl sockets --json --top 3)" 3
is "sorted by truesize" "$(json '[.sockets[].truesize_bytes // -1] | . == (sort | reverse)' \
	leakctl sockets --json --sort truesize)" true
is "--family" "$(json '[.sockets[].family] | unique | join(" ")' leakctl sockets --json --family unix)" unix
is "--pid" "$(json '[.sockets[].pid] | unique | tostring' leakctl sockets --json --pid "$(field tcp server 3)")" \
	"[$(field tcp server 3)]"
is "an inode that there is not exits with 3" "$(status_of leakctl sockets --inode 4294967290)" 3
is "in one line" "$(wc -l <"$ERR" | tr -d ' ')" 1
is "a namespace that there is not exits with 3" "$(status_of leakctl sockets --netns red)" 3

# Another namespace, by each of its names, and the own one is not left.
ip netns add blue
ip netns exec blue ip link set lo up
own=$(json .own_netns leakctl sockets --json)
made_by ip netns exec blue -- tcp=20000 udp=3000
blue=$(stat -L -c %i /run/netns/blue)
agrees "another namespace: tcp" tcp server w ip netns exec blue ss -Hatnem
something "another namespace: tcp" tcp server
agrees "another namespace: udp" udp receiver t ip netns exec blue ss -Hauenm
is "another namespace: its number and name" "$(ours "$(field tcp server 5)" '"\(.netns) \(.netns_name)"')" "$blue blue"
for name in blue "$blue" "$(field tcp server 3)" /run/netns/blue; do
	is "--netns $name" "$(json '[.sockets[].netns] | unique | tostring' leakctl sockets --json --netns "$name")" "[$blue]"
done
is "--netns of the own one" "$(json '[.sockets[].netns] | unique | tostring' leakctl sockets --json --netns $$)" "[$own]"
# One that a process alone holds.
made_by unshare -n -- unix_stream=3000
is "a namespace without a name" "$(ours "$(field unix_stream sender 5)" '"\(.netns_name) \(.netns != '"$own"')"')" "null true"
agrees "a namespace without a name" unix_stream sender t nsenter -n -t "$(field unix_stream sender 3)" ss -Haxem

# Nobody sees anything of others'.
of_others() { jq -r '[.sockets[] | select(.comm != "gmpeer" and .comm != null or .uid == 0 or .pid == null)] | length'; }
is "an unprivileged user without sockets sees none" \
	"$(json '.sockets | length' $nobody leakctl sockets --json)" 0
is "root of a user namespace sees none of others'" \
	"$(json '.sockets | length' $nobody unshare -Ur leakctl sockets --json)" 0
made_by $nobody -- udp=3000 unix_stream=2000
is "an unprivileged user sees their own" \
	"$($nobody leakctl sockets --json | jq -r '[.sockets[].inode] | sort | join(" ")')" \
	"$(awk 'NF == 5 { print $5 }' "$made" | sort -n | tr '\n' ' ' | sed 's/ $//')"
is "and of nobody else's" "$($nobody leakctl sockets --json | of_others)" 0
is "with the truesize that ss -m has" \
	"$($nobody leakctl sockets --json --inode "$(field udp receiver 5)" | jq .sockets[0].meminfo.rmem_alloc_bytes)" \
	"$(part "$(theirs "$(field udp receiver 5)" ss -Hauenm)" r)"
is "nor by its number" "$(status_of $nobody leakctl sockets --inode 1)" 3
is "it says so, on one line" "$($nobody leakctl sockets --json | jq -r '[.notes[] | select(test("not those of others"))] | length')" 1
is "an unprivileged user's exit status" "$(status_of $nobody leakctl sockets)" 0
check "root sees them all the same" sh -c "leakctl sockets --inode $(field udp receiver 5)"

# With the module the same holds for whoever may not ask it, or cannot reach it.
modprobe ghostmem
is "with the module: an unprivileged user sees their own" \
	"$($nobody leakctl sockets --json | jq -r '"\(.source) \([.sockets[].inode] | sort | join(" "))"')" \
	"sock_diag $(awk 'NF == 5 { print $5 }' "$made" | sort -n | tr '\n' ' ' | sed 's/ $//')"
is "with the module: and is told what it takes" \
	"$($nobody leakctl sockets --json | jq -r '.why_not_module | contains("CAP_NET_ADMIN")')" true
is "with the module: from another network namespace" \
	"$(unshare -n leakctl sockets --json | jq -r '"\(.source) \(.why_not_module | contains("network namespace"))"')" \
	"sock_diag true"
rmmod ghostmem

# Many sockets cost some memory, and not without bounds.
# shellcheck disable=SC2086 # one word each
kill $peers
peers=
many=$(paced 20000 1000)
made_by -- many=$many
leakctl sockets --json >/tmp/many.json
is "$((2 * many)) sockets are listed, in a whole document" \
	"$(jq ".sockets | length >= $((2 * many))" /tmp/many.json)" true
rm /tmp/many.json
peak=$(sh -c 'leakctl sockets --top 3 >/dev/null & pid=$!; peak=0
	while kill -0 $pid 2>/dev/null; do
		now=$(awk "/^VmHWM/ { print \$2 }" /proc/$pid/status 2>/dev/null)
		[ "${now:-0}" -gt "$peak" ] && peak=$now
	done
	echo "$peak"')
if [ "$peak" -gt 0 ] && [ "$peak" -lt 65536 ]; then
	ok "$((2 * many)) sockets take $peak KiB of leakctl"
else
	not_ok "$((2 * many)) sockets take less than 64 MiB of leakctl" "$peak KiB"
fi
# shellcheck disable=SC2086
kill $peers
finish
