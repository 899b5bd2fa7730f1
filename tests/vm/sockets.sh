# Sockets for the guest's test scripts: gmsock makes them, leakctl counts them, gmkcore is the witness.
# shellcheck shell=sh

tools=/overlay/tools
CENSUS=/tmp/census.json
WITNESS=/tmp/witness.json

# make SCENARIO...: makes a situation, and sets $pid, $fd, $inode and what else gmsock prints; $job ends it.
# $in is an optional command that runs it (nsenter).
made=0
make() {
	made=$((made + 1))
	told=/tmp/made.$made
	: >$told
	# shellcheck disable=SC2086
	${in:-} $tools/gmsock "$@" >$told 2>&1 &
	job=$!
	if ! wait_for 600 grep -qE '^(ready|gmsock:)' $told || ! grep -q ^ready $told; then
		not_ok "gmsock $*" "$(cat $told)"
		return 1
	fi
	for fact in $(sed -n 's/^ready //p' $told); do
		eval "$fact"
	done
}

# What gmsock prints later is in $told.
said() { grep -q "^$1" "$told"; }

# Closes the socket and nothing else.
close_it() {
	kill -USR1 "$job"
	wait_for 60 said closed || not_ok "gmsock closes it" "$(cat "$told")"
}

unmake() {
	kill "$job"
	wait "$job" 2>/dev/null
}

# census [OPTION...]: asks leakctl for all sockets that hold something.
census() { leakctl sockets --json "$@" >$CENSUS 2>"$ERR" || not_ok "leakctl sockets" "$(cat "$ERR")"; }
# counted FILTER: FILTER of the census.
counted() { jq -r "$1" $CENSUS; }
# row INODE FILTER: FILTER of the row of that inode.
row() { jq -r --argjson inode "$1" "[.sockets[] | select(.inode == \$inode)][0] | $2" $CENSUS; }
# queue INODE NAME FILTER: FILTER of that queue of the row.
queue() { row "$1" "([.queues[] | select(.name == \"$2\")][0] // {}) | $3"; }
# Whether the row of inode $1 has the mark $2: 0 or 1.
marked() { row "$1" "[.flags // [] | .[] | select(. == \"$2\")] | length"; }

# The witness needs the kernel's BTF and its memory.
has_witness() { [ -e /sys/kernel/btf/vmlinux ] && [ -e /proc/kcore ]; }
# witness WORD...: runs gmkcore, whose answer saw() reads.
witness() { $tools/gmkcore "$@" >$WITNESS 2>"$ERR" || not_ok "gmkcore $*" "$(cat "$ERR")"; }
saw() { jq -r "$1" $WITNESS; }

# Memory that is taken straight from the page allocator, which no line of /proc/meminfo counts.
ghost_bytes() {
	awk '/^MemTotal/ { ghost += $2 }
		/^(Buffers|Cached|SwapCached|AnonPages|Slab|KernelStack|PageTables|SecPageTables|Percpu|VmallocUsed):/ {
			ghost -= $2
		}
		END { printf "%.0f", ghost * 1024 - free }' free="$(free_bytes)" /proc/meminfo
}

# Waits at least a second, until what the kernel frees later (after RCU, by work queues) is free.
settle() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	tries=0
	before=$(free_bytes)
	while [ $tries -lt 20 ]; do
		sleep 1
		now=$(free_bytes)
		moved=$((now - before))
		[ ${moved#-} -gt 65536 ] || break
		before=$now
		tries=$((tries + 1))
	done
}

# The two cards of --wire: one stays, with addresses 10.9.0.1 and fd09::1; the other, .2, is in a
# namespace of its own, where $outside runs a command.
lay_wire() {
	modprobe virtio_net
	unshare -n sleep 3600 &
	neighbour=$!
	outside="nsenter -t $neighbour -n"
	wait_for 10 apart $neighbour
	wait_for 10 test -e /sys/class/net/eth1
	ip link set eth1 netns $neighbour
	ip addr add 10.9.0.1/24 dev eth0
	ip addr add fd09::1/64 dev eth0 nodad
	ip link set eth0 up
	$outside ip addr add 10.9.0.2/24 dev eth1
	$outside ip addr add fd09::2/64 dev eth1 nodad
	$outside ip link set eth1 up
	# With this they know each other's address, and lose no packet while they resolve it.
	check "the wire is laid" wait_for 20 $outside ping -c 1 -W 1 10.9.0.1
	check "for IPv6, too" wait_for 20 $outside ping -6 -c 1 -W 1 fd09::1
}
