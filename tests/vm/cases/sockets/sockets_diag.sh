# Without the module leakctl sockets agrees with ss -m on all kinds of sockets.
# not 6.1-debug: nothing of ours is in the kernel
. /overlay/vm/lib.sh
. /overlay/vm/diag.sh

lite=
grep -q '^UDP-Lite ' /proc/net/protocols && lite=udplite=2000

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

# ss has no inode of a netlink socket: its port is used, which is the pid of the process that bound it first.
port=$(ours "$(field netlink receiver 5)" .local)
said=$(ss -Haf netlink -nm | grep ":$port " | sed -n 's/.*skmem:(\(r[0-9]*\),.*/\1/p' | head -n 1)
is "netlink: what came is as ss -m has it" \
	"$(ours "$(field netlink receiver 5)" '"r\(.meminfo.rmem_alloc_bytes)"')" "$said"

# ss has no inode of a connection that was not accepted either.
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

# Many sockets cost leakctl some memory, which is bounded.
# shellcheck disable=SC2086 # one word each
kill $peers
peers=
many=$(paced 20000 500)
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
