# Arming while one allocation after the other fails: refused each time, nothing left behind.
# tier: soak
# kernel: 6.1-debug
. /overlay/vm/lib.sh

# Also those that may wait, which else never fail; of single pages, too.
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
