# If the kernel cannot remove a kprobe because ftrace has disabled itself, the module stays loaded, and
# says so.
# tier: soak on 6.1-debug
# not 5.10: it has no bulk allocator
# reports: __disarm_kprobe_ftrace
. /overlay/vm/lib.sh

# Each new task has a stack from vmalloc(), whose pages come from the bulk allocator.
tasks() {
	for _ in $(seq 50); do
		(:)
	done
}
state_of() { json ".hooks[] | select(.name == \"$1\") | .state" leakctl status --json; }
# Since 1a7d0890dd4a (6.10) the kernel removes kprobes even then.
if grep -q ' kprobe_ftrace_kill$' /proc/kallsyms; then
	stays=0
else
	stays=1
fi

modprobe ghostmem mode=exact
is "bulk allocations are watched" "$(state_of alloc_bulk)" attached
check "ftrace gives up" modprobe gmlab_warn ftrace=1
check "tasks begin" tasks
check "tracking ends" leakctl config mode=off
is "the kernel log says whether the module stays" \
	"$(dmesg | grep -c 'the module stays until the next boot')" "$stays"
is "it is in use" "$(cat /sys/module/ghostmem/refcnt)" "$stays"
check "pages can be watched again" leakctl config mode=exact
is "but for those of the bulk allocator" "$(state_of alloc_bulk)" failed
check "tasks begin then, too" tasks
check "the table of kprobes can be walked" cat /sys/kernel/debug/kprobes/list
check "tracking ends again" leakctl config mode=off
is "nothing more is held" "$(cat /sys/module/ghostmem/refcnt)" "$stays"
is "it can be unloaded if it is not in the kernel's table" "$(status_of rmmod ghostmem)" "$stays"
check "tasks begin at the end" tasks
finish
