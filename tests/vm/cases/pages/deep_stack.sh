# An allocation with little kernel stack left succeeds with the module as without it, even from code never
# seen before.
. /overlay/vm/lib.sh

# taken LEFT: the most of two times of what bytes of stack an allocation takes from where LEFT are left,
# by code that is new
taken() {
	modprobe gmlab_deep left="$1" &&
		sort -n /sys/module/gmlab_deep/parameters/taken /sys/module/gmlab_deep/parameters/again | tail -n 1
	rmmod gmlab_deep
}
short() { json .lost.stack_short leakctl status --json; }

without=$(taken 8192)
# Enough without the module, and less than the module needed while it still learnt addresses on that stack.
little=$((without + 640))
check "without the module an allocation takes $without bytes of stack" [ "$without" -gt 0 ]
check "and passes where $little are left" [ "$(taken $little)" -le $little ]

modprobe ghostmem mode=exact
with=$(taken 8192)
check "one that is unwound takes few more ($with)" [ "$with" -lt $((without + 1024)) ]
# On a checking kernel the allocator itself needs more.
debug_kernel || check "it was unwound" [ "$with" -gt "$without" ]
is "where there is room nothing is cut short" "$(short)" 0
# If the stack overflowed, the whole guest would be lost here.
check "it passes where $little are left" [ "$(taken $little)" -le $little ]
debug_kernel || check "and is told to have been cut short" [ "$(short)" -ge 1 ]
check "the module unloads" rmmod ghostmem

# Every other page is a sample.
modprobe ghostmem interval_kib=8 budget_ppm=0
for _ in 1 2 3 4; do
	with=$(taken $little)
	[ "$with" -le $little ] || break
done
check "samples pass there, too" [ "$with" -le $little ]
check "the module unloads after samples" rmmod ghostmem
finish
