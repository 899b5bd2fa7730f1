# With no free block of order 3 but ample memory the module arms, and no process is killed.
# not 6.1-debug: a checking kernel's own bookkeeping takes memory in blocks
. /overlay/vm/lib.sh

# Blocks of order 3 and more that are free, in all zones.
large() { awk '{ for (i = 8; i <= NF; i++) sum += $i } END { print sum + 0 }' /proc/buddyinfo; }
available_mib() { awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo; }
killed() { awk '/^oom_kill / { print $2 }' /proc/vmstat; }

# Memory that could become a large block by reclaim is freed first.
sync
echo 3 >/proc/sys/vm/drop_caches
sleep 300 &
victim=$!
check "memory is fragmented" modprobe gmlab_fragment
echo "# $(large) blocks of order 3 or more, $(available_mib) MiB available"
check "half of it is available" test "$(available_mib)" -gt 400
is "nobody was killed for that" "$(killed)" 0
for mode in exact sampled; do
	check "mode=$mode: it arms" modprobe ghostmem mode=$mode
	is "mode=$mode: nobody is killed" "$(killed) $(dmesg | grep -ciE 'oom-killer|out of memory')" "0 0"
	check "mode=$mode: it records" leakctl sites --class all
	rmmod ghostmem
done
check "who slept is still there" kill $victim
check "memory is given back" rmmod gmlab_fragment
finish
