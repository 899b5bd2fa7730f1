# 100,000 sockets, and 1,000,000 packets in one of them, are all counted, and nothing else is held up.
# not 6.1-debug: KASAN and lockdep take ten times as long, and have sockets_churn
# vm: --mem 3G
# soak-limit: 1200
# Programs print NAME=VALUE lines, which become variables.
# shellcheck disable=SC2154
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

sockets=$(paced 100000 1)
packets=$(paced 1000000 1)
idle_s=3
kill_ms='20 50 100 200 300 450 600 800 1000 1500 2000'
if short; then idle_s=1 kill_ms='20 50 100 200'; fi

# The longest delay, in ms, of a thread on any CPU since the last call. The thread has the highest priority,
# so only a census that keeps the kernel busy without a break delays it.
worst_ms() {
	lines=$(grep -c ^beats "$pulse_told")
	kill -USR1 "$pulse"
	wait_for 30 sh -c "[ \$(grep -c ^beats $pulse_told) -gt $lines ]"
	sed -n 's/.*worst_us //p' "$pulse_told" | tail -n 1 | awk '{ print int($1 / 1000) }'
}

start_pulse() {
	make heartbeat "$@" || return
	pulse=$job
	pulse_told=$told
	sleep $idle_s
	worst_ms >/dev/null
	sleep $idle_s
	idle=$(worst_ms)
}

stop_pulse() {
	kill "$pulse"
	wait "$pulse" 2>/dev/null
}

# in_time TITLE: a census, in which nobody else is kept waiting for long. A busy host takes its
# processors away from the guest as it likes, which makes threads late that nothing here delays: the
# least of three censuses is what a census does by itself.
in_time() {
	for _ in 1 2 3; do
		worst_ms >/dev/null
		census --top 1000
		late=$(worst_ms)
		[ "$late" -gt $((250 + idle)) ] || break
	done
	if [ "$late" -le $((250 + idle)) ]; then
		ok "$1: nobody waits for long ($late ms; $idle ms without)"
	else
		not_ok "$1: nobody waits for long" "$late ms; $idle ms without"
	fi
	echo "# $1: $(counted '.census | "\(.duration_s) s, \(.memory_bytes) bytes, \(.sockets) sockets"')"
}

modprobe ghostmem

make many $sockets
many=$job
start_pulse
settle
free_before=$(free_bytes)
in_time "many sockets"
told=$(counted .census.sockets)
check "many sockets: all are counted" test "$told" -ge $sockets
check "many sockets: and hardly others" test "$told" -le $((sockets + 200))
# Every fourth socket is UDP; every hundredth of those has something queued.
is "many sockets: those that hold something" \
	"$(counted '[.sockets[] | select(.comm == "gmsock" and .protocol == "udp" and .queues[0].skbs == 1)] | length')" \
	$(((sockets + 399) / 400))
check "many sockets: the census is small" test "$(counted .census.memory_bytes)" -le $((64 << 20))
settle
kept=$((free_before - $(free_bytes)))
check "many sockets: and leaves nothing behind ($kept bytes)" test $kept -le $((4 << 20))
stop_pulse

# leakctl is killed while sockets are gathered, walked or sent: afterwards nothing is held any more.
free_before=$(free_bytes)
for ms in $kill_ms; do
	leakctl sockets --json >/dev/null 2>&1 &
	usleep $((ms * 1000))
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
done
unheld() { [ "$(cat /sys/module/ghostmem/refcnt)" = 0 ]; }
check "many sockets: nobody holds the module after who asked was killed" wait_for 5 unheld
check "many sockets: it goes, and comes again" sh -c "rmmod ghostmem && modprobe ghostmem"
settle
kept=$((free_before - $(free_bytes)))
check "many sockets: killed in mid-census it leaves nothing behind ($kept bytes)" test $kept -le $((8 << 20))
job=$many
unmake

make queue $packets 16 || finish
queue_job=$job
queue_pid=$pid
queue_fd=$fd
queue_inode=$inode
start_pulse
settle
free_before=$(free_bytes)
in_time "a long queue"
is "a long queue: every packet" "$(queue "$queue_inode" receive .skbs)" $packets
is "a long queue: all of it" "$(row "$queue_inode" '.flags // [] | map(select(. == "changed" or . == "partial")) | length')" 0
is "a long queue: what it is charged for is Recv-Q" "$(queue "$queue_inode" receive .truesize_bytes)" \
	"$(ss -4wnH | awk '$2 > got { got = $2 } END { printf "%.0f", got }')"
check "a long queue: the census is small" test "$(counted .census.memory_bytes)" -le $((64 << 20))
settle
kept=$((free_before - $(free_bytes)))
check "a long queue: nothing is left behind ($kept bytes)" test $kept -le $((4 << 20))
stop_pulse
if has_witness; then
	witness socket "$queue_pid" "$queue_fd"
	near "a long queue: slab" "$(row "$queue_inode" .slab_bytes)" "$(saw .slab_bytes)"
	near "a long queue: pinned" "$(row "$queue_inode" .pinned_bytes)" "$(saw .pinned_bytes)"
fi

# Every CPU sends to the socket meanwhile.
start_pulse --send
in_time "a long queue that grows"
skbs=$(queue "$queue_inode" receive .skbs)
check "a long queue that grows: seen to its end, or marked" test "$skbs" -ge $packets -o \
	"$(row "$queue_inode" '.flags // [] | map(select(. == "changed" or . == "partial")) | length')" -gt 0
stop_pulse
job=$queue_job
unmake

# A process reads the socket meanwhile, packet by packet.
make queue $((packets / 4)) 16 --read-us=200 || finish
census
first=$(ss -4wnH | awk '$2 > got { got = $2 } END { printf "%.0f", got }')
skbs=$(queue "$inode" receive .skbs)
check "a slow reader: it is read" test "$first" -gt 0
check "a slow reader: seen to its end, or marked" test "$skbs" -le $((packets / 4)) -a "$skbs" -gt 0
is "a slow reader: what was read is not there, what was seen is no more than there was" \
	"$(row "$inode" "((.flags // []) | index(\"changed\") != null) or
		([.queues[] | .truesize_bytes] | add) >= $first")" true
unmake
is "no packet is left" "$(census; counted '[.sockets[] | select(.comm == "gmsock")] | length')" 0
check "the module goes" rmmod ghostmem
finish
