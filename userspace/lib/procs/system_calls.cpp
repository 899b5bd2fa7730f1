#include "lib/procs/system_calls.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <sys/syscall.h>

namespace ghostmem {

namespace {

constexpr int none = -1;

struct Call {
    long number;
    std::string_view name;
    int fd; ///< position of the argument that is a descriptor
};

// New calls have the same number on all architectures; older ones do not, and some are missing on
// architectures that came later.
constexpr Call calls[] = {
    {SYS_read, "read", 0},
    {SYS_write, "write", 0},
    {SYS_pread64, "pread64", 0},
    {SYS_pwrite64, "pwrite64", 0},
    {SYS_readv, "readv", 0},
    {SYS_writev, "writev", 0},
    {SYS_preadv, "preadv", 0},
    {SYS_pwritev, "pwritev", 0},
    {SYS_preadv2, "preadv2", 0},
    {SYS_pwritev2, "pwritev2", 0},
    {SYS_close, "close", 0},
    {SYS_fsync, "fsync", 0},
    {SYS_fdatasync, "fdatasync", 0},
    {SYS_syncfs, "syncfs", 0},
    {SYS_sync_file_range, "sync_file_range", 0},
    {SYS_sync, "sync", none},
    {SYS_ioctl, "ioctl", 0},
    {SYS_fallocate, "fallocate", 0},
    {SYS_ftruncate, "ftruncate", 0},
    {SYS_truncate, "truncate", none},
    {SYS_getdents64, "getdents64", 0},
    {SYS_fcntl, "fcntl", 0},
    {SYS_flock, "flock", 0},
    {SYS_lseek, "lseek", 0},
    {SYS_fstat, "fstat", 0},
    {SYS_sendfile, "sendfile", 1},
    {SYS_splice, "splice", 0},
    {SYS_copy_file_range, "copy_file_range", 0},
    {SYS_openat, "openat", none},
    {437, "openat2", none},
    {SYS_newfstatat, "newfstatat", none},
    {SYS_statx, "statx", none},
    {SYS_faccessat, "faccessat", none},
    {SYS_unlinkat, "unlinkat", none},
    {SYS_mkdirat, "mkdirat", none},
    {SYS_renameat2, "renameat2", none},
    {SYS_chdir, "chdir", none},
    {SYS_statfs, "statfs", none},
    {SYS_mount, "mount", none},
    {SYS_umount2, "umount2", none},
    {SYS_execve, "execve", none},
    {SYS_execveat, "execveat", none},
    {SYS_clone, "clone", none},
    {435, "clone3", none},
    {SYS_exit, "exit", none},
    {SYS_exit_group, "exit_group", none},
    {SYS_wait4, "wait4", none},
    {SYS_waitid, "waitid", none},
    {SYS_mmap, "mmap", none},
    {SYS_munmap, "munmap", none},
    {SYS_mprotect, "mprotect", none},
    {SYS_madvise, "madvise", none},
    {SYS_msync, "msync", none},
    {SYS_brk, "brk", none},
    {SYS_init_module, "init_module", none},
    {SYS_finit_module, "finit_module", none},
    {SYS_delete_module, "delete_module", none},
    {SYS_swapon, "swapon", none},
    {SYS_swapoff, "swapoff", none},
    {SYS_io_submit, "io_submit", none},
    {SYS_io_getevents, "io_getevents", none},
    {426, "io_uring_enter", 0},
    {SYS_futex, "futex", none},
    {SYS_nanosleep, "nanosleep", none},
    {SYS_clock_nanosleep, "clock_nanosleep", none},
    {SYS_ppoll, "ppoll", none},
    {SYS_pselect6, "pselect6", none},
    {SYS_epoll_pwait, "epoll_pwait", 0},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait", none},
    {SYS_rt_sigsuspend, "rt_sigsuspend", none},
    {SYS_accept, "accept", 0},
    {SYS_accept4, "accept4", 0},
    {SYS_connect, "connect", 0},
    {SYS_recvfrom, "recvfrom", 0},
    {SYS_recvmsg, "recvmsg", 0},
    {SYS_sendto, "sendto", 0},
    {SYS_sendmsg, "sendmsg", 0},
    {SYS_sendmmsg, "sendmmsg", 0},
#ifdef SYS_open
    {SYS_open, "open", none},
    {SYS_stat, "stat", none},
    {SYS_lstat, "lstat", none},
    {SYS_access, "access", none},
    {SYS_unlink, "unlink", none},
    {SYS_rename, "rename", none},
    {SYS_mkdir, "mkdir", none},
    {SYS_rmdir, "rmdir", none},
    {SYS_fork, "fork", none},
    {SYS_vfork, "vfork", none},
    {SYS_pause, "pause", none},
    {SYS_poll, "poll", none},
    {SYS_select, "select", none},
    {SYS_epoll_wait, "epoll_wait", 0},
#endif
};

const Call* find(const SystemCall& call) {
    if (call.compat)
        return nullptr;
    const auto* at = std::ranges::find(calls, static_cast<long>(call.number), &Call::number);
    return at == std::end(calls) ? nullptr : at;
}

} // namespace

std::string system_call_name(const SystemCall& call) {
    if (const Call* known = find(call))
        return std::string(known->name);
    return fmt::format("{}system call {}", call.compat ? "32-bit " : "", call.number);
}

std::optional<uint32_t> system_call_fd(const SystemCall& call) {
    const Call* known = find(call);
    if (known == nullptr || known->fd == none)
        return std::nullopt;
    const uint64_t fd = call.arguments.at(static_cast<size_t>(known->fd));
    return fd > INT32_MAX ? std::nullopt : std::optional(static_cast<uint32_t>(fd));
}

std::string doing_words(const TaskDetails& details) {
    switch (details.whereabouts) {
    case Whereabouts::system_call:
        return "in " + system_call_name(*details.call);
    case Whereabouts::running:
        return "running";
    case Whereabouts::outside:
        return "in the kernel, but in no system call";
    case Whereabouts::unknown:
        break;
    }
    return {};
}

} // namespace ghostmem
