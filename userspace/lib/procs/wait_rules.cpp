#include "lib/procs/wait_rules.h"

#include <algorithm>

namespace ghostmem {

namespace {

constexpr auto certain = Confidence::certain;
constexpr auto likely = Confidence::likely;
constexpr auto possible = Confidence::possible;

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
     "bring the server back, or kill -9 and umount -f", true, certain},
    {"nfs_wait_*", "the answer of an NFS server", "bring the server back, or kill -9 and umount -f",
     true, certain},
    {"nfs4_*", "the answer of an NFS server", "bring the server back, or kill -9 and umount -f",
     true, likely},
    {"cifs_*", "the answer of an SMB server", "bring the server back, or umount -f", false, likely},
    {"ceph_*", "the answer of a Ceph cluster", "bring the cluster back (ceph health)", false,
     likely},
    {"request_wait_answer", "the answer of a FUSE server",
     "end the server's process, or: echo 1 >/sys/fs/fuse/connections/ID/abort", true, certain},
    {"fuse_*", "the answer of a FUSE server",
     "end the server's process, or: echo 1 >/sys/fs/fuse/connections/ID/abort", true, likely},
    {"autofs_wait", "the automount daemon", "restart it (systemctl restart autofs)", true, certain},
    {"p9_client_*", "the answer of a 9p server", "bring the server back", true, likely},
    // The device mapper, RAID, and drivers.
    {"dm_wait_for_completion", "requests that a mapped device has not answered",
     "see dmsetup info -c and what is below the device", false, certain},
    {"md_write_start", "a RAID array that is suspended or fails", "see /proc/mdstat", false,
     certain},
    {"raid5_get_active_stripe", "a RAID array that is overloaded or fails", "see /proc/mdstat",
     false, likely},
    {"drbd_*", "the peer of a DRBD device", "see drbdadm status", false, likely},
    {"nvme_*", "an NVMe device", see_device, false, likely},
    {"scsi_block_when_processing_errors", "the error handler of a SCSI host", see_device, false,
     certain},
    {"scsi_*", "a SCSI device", see_device, false, likely},
    {"usb_*", "a USB device", "unplug the device", false, likely},
    {"wait_for_device_probe", "the probe of a device, by its driver", see_device, false, certain},
    {"drm_*", "a graphics device", see_device, false, likely},
    // Requests to block devices.
    {"blk_mq_freeze_queue*", "all requests of a block device, whose queue is to be frozen",
     see_device, false, certain},
    {"blk_queue_enter", "a block device whose queue is frozen", see_device, false, certain},
    {"blk_mq_get_tag", "a free request of a block device: all are on their way", see_device, false,
     certain},
    {"rq_qos_wait", "a block device, which throttles writers", see_device, false, likely},
    {"submit_bio_wait", "a request that a block device has not answered", see_device, false,
     certain},
    {"blkdev_issue_flush", "a flush that a block device has not answered", see_device, false,
     certain},
    {"__blkdev_direct_IO*", "direct I/O that a block device has not answered", see_device, false,
     certain},
    {"iomap_dio_*", "direct I/O that a block device has not answered", see_device, false, certain},
    {"__iomap_dio_rw", "direct I/O that a block device has not answered", see_device, false,
     certain},
    {"do_blockdev_direct_IO", "direct I/O that a block device has not answered", see_device, false,
     certain},
    // File systems.
    {"jbd2_log_wait_commit", "a commit of an ext4 journal", see_device, false, certain},
    {"wait_transaction_locked", "a commit of an ext4 journal", see_device, false, certain},
    {"do_get_write_access", "a commit of an ext4 journal", see_device, false, likely},
    {"jbd2_journal_commit_transaction", "the writes of an ext4 journal", see_device, false,
     certain},
    {"xlog_*", "the log of an XFS file system", see_device, false, likely},
    {"xfs_log_force*", "the log of an XFS file system", see_device, false, certain},
    {"xfs_buf_*", "metadata of an XFS file system", see_device, false, likely},
    {"btrfs_commit_transaction", "a commit of a btrfs file system", see_device, false, likely},
    {"wait_current_trans", "a commit of a btrfs file system", see_device, false, certain},
    {"percpu_rwsem_wait", "a file system that is frozen, or a lock of the whole system",
     "if it is frozen, thaw it: fsfreeze -u MOUNTPOINT", false, likely},
    {"sb_start_write*", "a file system that is frozen", "thaw it: fsfreeze -u MOUNTPOINT", false,
     certain},
    {"__sb_start_write", "a file system that is frozen", "thaw it: fsfreeze -u MOUNTPOINT", false,
     certain},
    {"balance_dirty_pages", "dirty pages to be written: there are more than the limit allows",
     see_device, true, certain},
    {"wb_wait_for_completion", "dirty pages to be written", see_device, false, certain},
    {"folio_wait_writeback*", "a page that is being written", see_device, false, certain},
    {"wait_on_page_writeback*", "a page that is being written", see_device, false, certain},
    {"__filemap_fdatawait_range", "pages that are being written", see_device, false, certain},
    {"filemap_fdatawait*", "pages that are being written", see_device, false, certain},
    {"swap_readpage", "a page from swap", see_device, false, certain},
    {"do_swap_page", "a page from swap", see_device, false, likely},
    {"__wait_on_buffer", "a block of metadata", see_device, false, certain},
    {"bit_wait_io", "a block or a page that is being read or written", see_device, false, likely},
    {"folio_wait_bit*", "a page that is being read or written", see_device, false, likely},
    {"wait_on_page_bit*", "a page that is being read or written", see_device, false, likely},
    {"__lock_page*", "a page that another task has locked", see_device, false, likely},
    {"io_schedule*", "input or output", see_device, false, likely},
    // Processes, groups, modules.
    {"__refrigerator", "to be thawed: its group is frozen", "thaw the control group, or resume",
     false, certain},
    {"do_coredump", "its core dump to be written", "see the program in kernel.core_pattern", true,
     certain},
    {"exit_mm*", "other threads, to dump core", "see the program in kernel.core_pattern", false,
     likely},
    {"wait_for_vfork_done", vfork_child, see_child, true, certain},
    {"kernel_clone", vfork_child, see_child, true, certain, true},
    {"_do_fork", vfork_child, see_child, true, certain, true},
    {"do_fork", vfork_child, see_child, true, certain, true},
    {"mem_cgroup_oom_synchronize", "memory: its group is at its limit, and its OOM killer is off",
     "raise memory.limit_in_bytes, or end a process of the group", true, certain},
    {"zap_pid_ns_processes", "all processes of its pid namespace to end",
     "see which of them is stuck", false, certain},
    {"cgroup_lock_and_drain_offline", "a control group that is being removed", see_holder, false,
     likely},
    {"do_init_module", "the start of a module", "see which function of it does not return", false,
     likely},
    {"free_module", "the end of a module", "see which function of it does not return", false,
     likely},
    {"rtnl_lock*", "the lock of the network configuration (rtnl)", see_holder, false, certain},
    {"netdev_run_todo", "a network device to become free",
     "see \"waiting for ... to become free\" in the kernel log", false, certain},
    {"netdev_wait_allrefs*", "a network device to become free",
     "see \"waiting for ... to become free\" in the kernel log", false, certain},
    {"synchronize_rcu*", "an RCU grace period, which some CPU or task delays",
     "see \"rcu\" in the kernel log", false, certain},
    {"rcu_barrier", "RCU callbacks, which some CPU delays", "see \"rcu\" in the kernel log", false,
     certain},
    {"flush_work*", "work that a kernel thread does not finish", "see the kworker threads", false,
     certain},
    {"__flush_work*", "work that a kernel thread does not finish", "see the kworker threads", false,
     certain},
    // Locks.
    {"rwsem_down_*", "a lock that another task holds (rwsem)", see_holder, false, likely},
    {"down_read*", "a lock that another task holds (rwsem)", see_holder, false, likely},
    {"down_write*", "a lock that another task holds (rwsem)", see_holder, false, likely},
    {"__mutex_lock*", "a lock that another task holds (mutex)", see_holder, false, likely},
    {"__down*", "a lock that another task holds (semaphore)", see_holder, false, likely},
    // Every kernel thread has this at the end of its stack; one that waits in it is new.
    {"kthread", "to be started", "", false, possible, true},
    {"wait_for_completion*", "something that another task has to complete", see_holder, false,
     possible},
    {"schedule_timeout*", "a time, or something that another task has to do", "", false, possible},
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
