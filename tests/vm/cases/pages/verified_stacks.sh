# Every stack is taken both by the fast walk and by the unwinder: they never differ, and few need the
# unwinder.
# tier: soak on 6.1-debug
. /overlay/vm/lib.sh

tracker() { json ".tracker.$1" leakctl status --json; }

# Enough for thousands of stacks even at the lowest pace.
rounds=$(paced 4 1)
# A kernel with KASAN and lockdep is ten times as slow.
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
# New text at the addresses of unloaded text: what was learnt about those addresses is not used for it.
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
# The unwinder was needed while return addresses were learnt; the rest are stacks that cannot be learnt.
check "few stacks are unwound ($unwound of $allocations)" [ $((unwound * 50)) -lt "$allocations" ]
is "nothing is compared unless asked for" "$(tracker stacks_verified)" 0
check "the module unloads again" rmmod ghostmem
finish
