# If ftrace disables itself while hooks are attached, rmmod may never return, but the host goes on.
# not 5.10: it has no bulk allocator
# reports: __disarm_kprobe_ftrace
. /overlay/vm/lib.sh

# Since 1a7d0890dd4a (6.10) the kernel removes kprobes even then.
if grep -q ' kprobe_ftrace_kill$' /proc/kallsyms; then
	left=gone
else
	left=going
fi
left() { cat /sys/module/ghostmem/initstate 2>/dev/null || echo gone; }

modprobe ghostmem mode=exact
check "ftrace gives up" modprobe gmlab_warn ftrace=1
rmmod ghostmem &
check "the module ends what it can" wait_for 20 sh -c '
	! [ -e /sys/module/ghostmem ] || dmesg | grep -q "the module stays until the next boot"'
is "it is gone, or stays" "$(left)" "$left"
# Each new task has a stack from vmalloc(), whose pages come from the bulk allocator.
for _ in $(seq 50); do
	(:)
done
check "the table of kprobes can be walked" cat /sys/kernel/debug/kprobes/list
check "other modules come" modprobe gmlab_load
check "other modules go" rmmod gmlab_load
is "it is so still" "$(left)" "$left"
finish
