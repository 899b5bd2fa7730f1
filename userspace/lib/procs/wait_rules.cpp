#include "lib/procs/wait_rules.h"

#include <algorithm>

namespace ghostmem {

namespace {

constexpr auto high = Confidence::high;
constexpr auto medium = Confidence::medium;
constexpr auto low = Confidence::low;

constexpr std::string_view see_device =
    "see the device's messages in the kernel log; only its answer, a reset of its driver or its "
    "removal ends the wait";
constexpr std::string_view vfork_child =
    "its child, which has neither run another program nor ended";
constexpr std::string_view see_child = "see what its child does";
constexpr std::string_view see_holder =
    "find the task that holds it: it is often stuck as well, for another reason (leakctl procs)";

constexpr WaitRule rules[] = {
    // Network and user-space file systems.
    {"rpc_wait_bit_killable", "the answer of an NFS server",
     "bring the server back, or kill -9 and umount -f", true, high},
    {"nfs_wait_*", "the answer of an NFS server", "bring the server back, or kill -9 and umount -f",
     true, high},
    {"nfs4_*", "the answer of an NFS server", "bring the server back, or kill -9 and umount -f",
     true, medium},
    {"cifs_*", "the answer of an SMB server", "bring the server back, or umount -f", false, medium},
    {"ceph_*", "the answer of a Ceph cluster", "bring the cluster back (ceph health)", false,
     medium},
    {"request_wait_answer", "the answer of a FUSE server",
     "end the server's process, or: echo 1 >/sys/fs/fuse/connections/ID/abort", true, high},
    {"fuse_*", "the answer of a FUSE server",
     "end the server's process, or: echo 1 >/sys/fs/fuse/connections/ID/abort", true, medium},
    {"autofs_wait", "the automount daemon", "restart it (systemctl restart autofs)", true, high},
    {"p9_client_*", "the answer of a 9p server", "bring the server back", true, medium},
    // The device mapper, RAID, and drivers.
    {"dm_wait_for_completion", "requests that a mapped device has not answered",
     "see dmsetup info -c and what is below the device", false, high},
    {"md_write_start", "a RAID array that is suspended or fails", "see /proc/mdstat", false, high},
    {"raid5_get_active_stripe", "a RAID array that is overloaded or fails", "see /proc/mdstat",
     false, medium},
    {"drbd_*", "the peer of a DRBD device", "see drbdadm status", false, medium},
    {"nvme_*", "an NVMe device", see_device, false, medium},
    {"scsi_block_when_processing_errors", "the error handler of a SCSI host", see_device, false,
     high},
    {"scsi_*", "a SCSI device", see_device, false, medium},
    {"usb_*", "a USB device", "unplug the device", false, medium},
    {"wait_for_device_probe", "the probe of a device, by its driver", see_device, false, high},
    {"drm_*", "a graphics device", see_device, false, medium},
    // Requests to block devices.
    {"blk_mq_freeze_queue*", "all requests of a block device, whose queue is to be frozen",
     see_device, false, high},
    {"blk_queue_enter", "a block device whose queue is frozen", see_device, false, high},
    {"blk_mq_get_tag", "a free request of a block device: all are on their way", see_device, false,
     high},
    {"rq_qos_wait", "a block device, which throttles writers", see_device, false, medium},
    {"submit_bio_wait", "a request that a block device has not answered", see_device, false, high},
    {"blkdev_issue_flush", "a flush that a block device has not answered", see_device, false, high},
    {"__blkdev_direct_IO*", "direct I/O that a block device has not answered", see_device, false,
     high},
    {"iomap_dio_*", "direct I/O that a block device has not answered", see_device, false, high},
    {"__iomap_dio_rw", "direct I/O that a block device has not answered", see_device, false, high},
    {"do_blockdev_direct_IO", "direct I/O that a block device has not answered", see_device, false,
     high},
    // File systems.
    {"jbd2_log_wait_commit", "a commit of an ext4 journal", see_device, false, high},
    {"wait_transaction_locked", "a commit of an ext4 journal", see_device, false, high},
    {"do_get_write_access", "a commit of an ext4 journal", see_device, false, medium},
    {"jbd2_journal_commit_transaction", "the writes of an ext4 journal", see_device, false, high},
    {"xlog_*", "the log of an XFS file system", see_device, false, medium},
    {"xfs_log_force*", "the log of an XFS file system", see_device, false, high},
    {"xfs_buf_*", "metadata of an XFS file system", see_device, false, medium},
    {"btrfs_commit_transaction", "a commit of a btrfs file system", see_device, false, medium},
    {"wait_current_trans", "a commit of a btrfs file system", see_device, false, high},
    {"percpu_rwsem_wait", "a file system that is frozen, or a lock of the whole system",
     "if it is frozen, thaw it: fsfreeze -u MOUNTPOINT", false, medium},
    {"sb_start_write*", "a file system that is frozen", "thaw it: fsfreeze -u MOUNTPOINT", false,
     high},
    {"__sb_start_write", "a file system that is frozen", "thaw it: fsfreeze -u MOUNTPOINT", false,
     high},
    {"balance_dirty_pages", "dirty pages to be written: there are more than the limit allows",
     see_device, true, high},
    {"wb_wait_for_completion", "dirty pages to be written", see_device, false, high},
    {"folio_wait_writeback*", "a page that is being written", see_device, false, high},
    {"wait_on_page_writeback*", "a page that is being written", see_device, false, high},
    {"__filemap_fdatawait_range", "pages that are being written", see_device, false, high},
    {"filemap_fdatawait*", "pages that are being written", see_device, false, high},
    {"swap_readpage", "a page from swap", see_device, false, high},
    {"do_swap_page", "a page from swap", see_device, false, medium},
    {"__wait_on_buffer", "a block of metadata", see_device, false, high},
    {"bit_wait_io", "a block or a page that is being read or written", see_device, false, medium},
    {"folio_wait_bit*", "a page that is being read or written", see_device, false, medium},
    {"wait_on_page_bit*", "a page that is being read or written", see_device, false, medium},
    {"__lock_page*", "a page that another task has locked", see_device, false, medium},
    {"io_schedule*", "input or output", see_device, false, medium},
    // Processes, groups, modules.
    {"__refrigerator", "to be thawed: its group is frozen", "thaw the control group, or resume",
     false, high},
    {"do_coredump", "its core dump to be written", "see the program in kernel.core_pattern", true,
     high},
    {"exit_mm*", "other threads, to dump core", "see the program in kernel.core_pattern", false,
     medium},
    {"wait_for_vfork_done", vfork_child, see_child, true, high},
    {"kernel_clone", vfork_child, see_child, true, high, true},
    {"_do_fork", vfork_child, see_child, true, high, true},
    {"do_fork", vfork_child, see_child, true, high, true},
    {"mem_cgroup_oom_synchronize", "memory: its group is at its limit, and its OOM killer is off",
     "raise memory.limit_in_bytes, or end a process of the group", true, high},
    {"zap_pid_ns_processes", "all processes of its pid namespace to end",
     "see which of them is stuck", false, high},
    {"cgroup_lock_and_drain_offline", "a control group that is being removed", see_holder, false,
     medium},
    {"do_init_module", "the start of a module", "see which function of it does not return", false,
     medium},
    {"free_module", "the end of a module", "see which function of it does not return", false,
     medium},
    {"rtnl_lock*", "the lock of the network configuration (rtnl)", see_holder, false, high},
    {"netdev_run_todo", "a network device to become free",
     "see \"waiting for ... to become free\" in the kernel log", false, high},
    {"netdev_wait_allrefs*", "a network device to become free",
     "see \"waiting for ... to become free\" in the kernel log", false, high},
    {"synchronize_rcu*", "an RCU grace period, which some CPU or task delays",
     "see \"rcu\" in the kernel log", false, high},
    {"rcu_barrier", "RCU callbacks, which some CPU delays", "see \"rcu\" in the kernel log", false,
     high},
    {"flush_work*", "work that a kernel thread does not finish", "see the kworker threads", false,
     high},
    {"__flush_work*", "work that a kernel thread does not finish", "see the kworker threads", false,
     high},
    // Locks.
    {"rwsem_down_*", "a lock that another task holds (rwsem)", see_holder, false, medium},
    {"down_read*", "a lock that another task holds (rwsem)", see_holder, false, medium},
    {"down_write*", "a lock that another task holds (rwsem)", see_holder, false, medium},
    {"__mutex_lock*", "a lock that another task holds (mutex)", see_holder, false, medium},
    {"__down*", "a lock that another task holds (semaphore)", see_holder, false, medium},
    // Every kernel thread has this at the end of its stack; one that waits in it is new.
    {"kthread", "to be started", "", false, low, true},
    {"wait_for_completion*", "something that another task has to complete", see_holder, false, low},
    {"schedule_timeout*", "a time, or something that another task has to do", "", false, low},
};

bool fits(std::string_view pattern, std::string_view function) {
    // The compiler may split functions: "do_swap_page.isra.0".
    function = function.substr(0, function.find('.'));
    if (pattern.ends_with('*'))
        return function.starts_with(pattern.substr(0, pattern.size() - 1));
    return function == pattern;
}

} // namespace

std::span<const WaitRule> wait_rules() {
    return rules;
}

const WaitRule* wait_rule_of(const std::vector<std::string>& stack,
                             const std::string& wait_function) {
    for (const WaitRule& rule : rules) {
        const auto matches = [&](const std::string& function) {
            return fits(rule.function, function);
        };
        if (rule.innermost) {
            if (matches(stack.empty() ? wait_function : stack.front()))
                return &rule;
            continue;
        }
        if (std::ranges::any_of(stack, matches) || matches(wait_function))
            return &rule;
    }
    return nullptr;
}

} // namespace ghostmem
