# Arming fails cleanly at whichever of its allocations fails: it is refused, and leaves nothing behind.
# tier: soak
# kernel: 6.1-debug
. /overlay/vm/lib.sh

# Allocations that may sleep fail as well, which never do otherwise, and those of single pages.
for kind in failslab fail_page_alloc; do
	echo N >/sys/kernel/debug/$kind/ignore-gfp-wait
	echo 0 >/sys/kernel/debug/$kind/verbose
done
echo 0 >/sys/kernel/debug/fail_page_alloc/min-order

modprobe ghostmem mode=off
/overlay/tools/gmnl failing-arm || failed=$((failed + 1))
check "it arms" leakctl config mode=exact
is "with every hook" "$(hook_states)" attached
check "the module unloads" rmmod ghostmem
nothing_leaked "nothing has leaked"
finish
