# Every stack is unwound as well as walked: the two never differ, and few need the unwinder.
# tier: soak on 6.1-debug
. /overlay/vm/lib.sh

tracker() { json ".tracker.$1" leakctl status --json; }

# Enough for thousands of stacks even at the lowest pace.
rounds=$(paced 4 1)
# KASAN and lockdep look closer, but at a tenth of the speed.
if debug_kernel; then rounds=1; fi

work() {
	modprobe gmlab_load threads=2
	for _ in $(seq $rounds); do
		find / -xdev >/dev/null
		dmesg | sort | gzip -c | wc -c >/dev/null
		dd if=/dev/zero of=/tmp/file bs=64k count=100 2>/dev/null
		rm /tmp/file
		unshare -n sh -c 'ip link set lo up; ping -c 2 127.0.0.1' >/dev/null 2>&1
	done
	rmmod gmlab_load
}

modprobe ghostmem mode=exact verify_stacks=1
work
# The load alone, which makes most stacks, has but a few sites.
sites=$(tracker sites)
# Text that comes where other text was: what is known of its addresses is not believed.
for _ in $(seq $((2 * rounds))); do
	modprobe gmlab_load
	modprobe gmlab_irq
	rmmod gmlab_load
	modprobe gmlab_sites sites=32
	rmmod gmlab_irq
	rmmod gmlab_sites
done
verified=$(tracker stacks_verified)
check "many stacks were walked ($verified)" [ "$verified" -gt 10000 ]
check "of many kinds ($sites)" [ "$sites" -gt 30 ]
is "none was another than the unwinder's" "$(json .lost.stack_wrong leakctl status --json)" 0
check "the module unloads" rmmod ghostmem

modprobe ghostmem mode=exact
work
leakctl reset >/dev/null
work
allocations=$(tracker allocations)
unwound=$(tracker stacks_unwound)
# After a reset all has to be learnt again; the rest is stacks that nobody can learn.
check "few stacks are unwound ($unwound of $allocations)" [ $((unwound * 50)) -lt "$allocations" ]
is "nothing is compared unless asked for" "$(tracker stacks_verified)" 0
check "the module unloads again" rmmod ghostmem
finish
