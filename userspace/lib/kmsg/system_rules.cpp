#include "lib/kmsg/system_rules.h"

namespace ghostmem {

// The wordings are those of kernels from 3.10 to 7.2; tests/unit/data/kmsg/corpus.txt has messages
// of each rule. Rules are looked at in this order, and the patterns of each in theirs.
const std::string_view system_kmsg_rules_text = R"RULES(# Memory.
[oom_kill]
severity = critical
pattern = Out of memory: Killed process {pid} ({comm}) total-vm:
pattern = Memory cgroup out of memory: Killed process {pid} ({comm}) total-vm:
pattern = Out of memory: Kill process {pid} ({comm}) score
pattern = Memory cgroup out of memory: Kill process {pid} ({comm}) score
pattern = oom-kill:constraint={},task={comm},pid={pid},uid=
pattern = oom_kill_process: Killed process {pid} ({comm}) total-vm:
pattern = ^Killed process {pid} ({comm}) total-vm:
meaning = a process was killed, because memory had run out
[oom_stuck]
severity = error
pattern = oom_reaper: unable to reap pid:{pid} ({comm})
end = never
meaning = a process that was killed for want of memory does not end
[oom_invoked]
severity = error
pattern = {comm} invoked oom-killer: gfp_mask=
meaning = an allocation found no memory, and something is killed for it
[page_allocation_failure]
severity = warning
pattern = {comm}: page allocation failure: order:{order},
pattern = {comm}: page allocation failure. order:{order},
end = quiet 300s
meaning = a driver or a packet could not have the pages it asked for
[vmalloc_failure]
severity = warning
pattern = vmalloc: allocation failure: {bytes} bytes
pattern = vmap allocation for size {bytes} failed
pattern = {comm}: vmalloc error: size {bytes},
end = quiet 300s
meaning = no memory, or no address space, for a large allocation
[slab_failure]
severity = warning
pattern = SLUB: Unable to allocate memory on node {count}
pattern = SLUB: Unable to allocate memory on CPU {cpu}
end = quiet 300s
meaning = the slab allocator found no pages
[slab_objects_left]
severity = error
pattern = Objects remaining in {name} on __kmem_cache_shutdown
pattern = kmem_cache_destroy {name}: Slab cache still has objects
end = never
meaning = a module destroyed a slab cache of which objects are still in use: they are leaked
[kmemleak]
severity = warning
pattern = kmemleak: {count} new suspected memory leaks
meaning = kmemleak has found memory to which nothing points
[bad_page]
severity = critical
pattern = BUG: Bad page state in process {comm}  pfn:{word}
pattern = BUG: Bad page map in process {comm}  pte:
pattern = BUG: Bad page cache in process {comm}  pfn:
end = never
meaning = a page was freed in a state that it must not be in: memory is corrupt
[bad_rss]
severity = warning
pattern = BUG: Bad rss-counter state mm:
end = never
meaning = the kernel lost count of a process's pages
[memory_failure]
severity = critical
pattern = Memory failure: {address}: recovery action for {text}: {word}
pattern = Memory failure: {address}: {}recovery: {word}
pattern = ^MCE {address}: {text} page recovery: {word}
end = never
meaning = a page of memory is broken
[balloon_empty]
severity = warning
pattern = Out of puff! Can't get {count} pages
end = quiet 60s
meaning = the hypervisor wants memory back that the guest does not have
[swap_error]
severity = critical
pattern = Read-error on swap-device ({text})
pattern = Write-error on swap-device ({text})
end = never
meaning = the swap device fails
[kasan]
severity = critical
pattern = BUG: KASAN: {text} in {function}
pattern = BUG: KFENCE: {text} in {function}
end = never
trace = yes
meaning = a use of memory that is not the user's
[ubsan]
severity = error
pattern = UBSAN: {text} in {path}:{line}:
end = never
trace = yes
meaning = undefined behaviour of the kernel's code
# Tasks and CPUs.
[hung_task]
severity = error
pattern = INFO: task {comm}:{pid} blocked for more than {seconds} seconds
pattern = INFO: task {comm}:{pid} blocked in I/O wait for more than {seconds} seconds
end = task
meaning = a task has been uninterruptible for long
[hung_task_owner]
severity = error
pattern = INFO: task {}:{count} is blocked on a {text} likely owned by task {comm}:{pid}
pattern = INFO: task {}:{count} {}blocked on a{text} likely owned by task {comm}:{pid}
meaning = who probably holds the lock that a hung task waits for
[hung_task_quiet]
severity = warning
pattern = Future hung task reports are suppressed, see sysctl kernel.hung_task_warnings
end = never
meaning = ten hung tasks were reported, and no more will be, whatever happens
[soft_lockup]
severity = critical
pattern = BUG: soft lockup - CPU#{cpu} stuck for {seconds}s! [{comm}:{pid}]
end = quiet 60s
trace = yes
meaning = the kernel has not let another task run on a CPU
[hard_lockup]
severity = critical
pattern = Watchdog detected hard LOCKUP on cpu {cpu}
end = never
trace = yes
meaning = a CPU does not even take interrupts
[rcu_stall]
severity = error
pattern = {name} self-detected stall on CPU
pattern = {name} detected stalls on CPUs/tasks:
pattern = {name} detected expedited stalls on CPUs/tasks:
pattern = INFO: {name} detected stalls on tasks:
end = quiet 300s
meaning = a CPU or a task delays everything that waits for RCU
[rcu_starved]
severity = error
pattern = {name} kthread starved for {count} jiffies
end = quiet 300s
meaning = the kernel's RCU thread does not get to run
[workqueue_lockup]
severity = error
pattern = BUG: workqueue lockup - pool {text} stuck for {seconds}s!
end = quiet 120s
meaning = a pool of kernel workers makes no progress
[workqueue_hog]
severity = info
pattern = workqueue: {function} hogged CPU for >{count}us
meaning = a work item keeps a CPU for long
[sched_atomic]
severity = error
pattern = BUG: scheduling while atomic: {comm}/{pid}/
pattern = BUG: sleeping function called from invalid context at {path}:{line}
end = never
trace = yes
meaning = kernel code slept where it must not
[lockdep]
severity = error
pattern = possible circular locking dependency detected
pattern = possible recursive locking detected
pattern = possible irq lock inversion dependency detected
pattern = inconsistent lock state
end = never
trace = yes
meaning = locks are taken in an order that may end in a deadlock
[rt_throttled]
severity = warning
pattern = sched: RT throttling activated
end = quiet 60s
meaning = real-time tasks used all of their share of a CPU
[clocksource_unstable]
severity = warning
pattern = Marking clocksource '{name}' as unstable
pattern = Clocksource {name} unstable
end = never
meaning = the clock is not to be trusted
[cgroup_fork_rejected]
severity = warning
pattern = cgroup: fork rejected by pids controller in {path}
meaning = a control group has as many tasks as it may have
[file_max]
severity = error
pattern = VFS: file-max limit {count} reached
end = quiet 60s
meaning = the system has as many files open as it may have
[segfault]
severity = info
pattern = ^{comm}[{pid}]: segfault at {address} ip
pattern = traps: {comm}[{pid}] general protection
meaning = a program has crashed
# Faults of the kernel itself.
[null_dereference]
severity = critical
pattern = BUG: kernel NULL pointer dereference, address: {address}
pattern = BUG: unable to handle kernel NULL pointer dereference at {address}
pattern = Unable to handle kernel NULL pointer dereference at virtual address {address}
end = never
trace = yes
meaning = the kernel followed a null pointer
[page_fault_oops]
severity = critical
pattern = BUG: unable to handle page fault for address: {address}
pattern = BUG: unable to handle kernel paging request at {address}
pattern = Unable to handle kernel paging request at virtual address {address}
end = never
trace = yes
meaning = the kernel followed a wild pointer
[protection_fault]
severity = critical
pattern = ^general protection fault: 
pattern = general protection fault, probably for non-canonical address {address}
pattern = general protection fault, maybe for address {address}
end = never
trace = yes
meaning = the kernel followed a wild pointer
[kernel_bug]
severity = critical
pattern = kernel BUG at {path}:{line}!
end = never
trace = yes
meaning = the kernel found that it contradicts itself
[panic]
severity = critical
pattern = ^Kernel panic - not syncing: {text}
end = never
meaning = the kernel has given up
[kernel_warning]
severity = warning
pattern = ^WARNING: CPU: {cpu} PID: {pid} at {path}:{line} {function}
pattern = ^WARNING: {path}:{line} at {function}, CPU#{cpu}: {comm}/{pid}
pattern = ^WARNING: at {path}:{line} {function}
trace = yes
meaning = the kernel warns of a state that it did not expect
)RULES";

} // namespace ghostmem
