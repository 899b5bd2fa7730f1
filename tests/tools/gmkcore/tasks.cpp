#include "gmkcore/tasks.h"

#include <stdexcept>

namespace gmkcore {

Tasks::Tasks(const Kernel& kernel)
    : kernel_(kernel), first_(kernel.symbols.at("init_task")),
      operations_(kernel.symbols.at("socket_file_ops")),
      siblings_(kernel.types.field("task_struct", "tasks.next")),
      pid_(kernel.types.field("task_struct", "pid")),
      name_(kernel.types.field("task_struct", "comm")),
      files_(kernel.types.field("task_struct", "files")),
      table_(kernel.types.field("files_struct", "fdt")),
      descriptors_(kernel.types.field("fdtable", "fd")),
      most_descriptors_(kernel.types.field("fdtable", "max_fds")),
      file_operations_(kernel.types.field("file", "f_op")),
      file_private_(kernel.types.field("file", "private_data")),
      file_inode_(kernel.types.field("file", "f_inode")),
      inode_number_(kernel.types.field("inode", "i_ino")),
      socket_sock_(kernel.types.field("socket", "sk")) {}

uint64_t Tasks::find(unsigned int pid) const {
    constexpr int most = 1 << 22; // the maximum number of pids
    uint64_t task = first_;
    for (int n = 0; n < most; n++) {
        if (kernel_.get(task, pid_) == pid)
            return task;
        task = kernel_.get(task, siblings_) - siblings_.offset;
        if (task == first_)
            break;
    }
    throw std::runtime_error("there is no process " + std::to_string(pid));
}

std::vector<OpenSocket> Tasks::sockets(uint64_t task) const {
    std::vector<OpenSocket> found;
    const uint64_t files = kernel_.get(task, files_);
    if (!files)
        return found;
    const uint64_t table = kernel_.get(files, table_);
    const uint64_t descriptors = kernel_.get(table, descriptors_);
    const uint64_t most = kernel_.get(table, most_descriptors_);
    for (uint64_t fd = 0; fd < most; fd++) {
        const uint64_t file = kernel_.pointer(descriptors + fd * sizeof(uint64_t));
        if (file && sock_of(file))
            found.push_back({static_cast<unsigned int>(fd), file});
    }
    return found;
}

std::optional<uint64_t> Tasks::sock_of(uint64_t file) const {
    if (kernel_.get(file, file_operations_) != operations_)
        return std::nullopt;
    const uint64_t sock = kernel_.get(kernel_.get(file, file_private_), socket_sock_);
    return sock ? std::optional(sock) : std::nullopt;
}

uint64_t Tasks::inode_of(uint64_t file) const {
    return kernel_.get(kernel_.get(file, file_inode_), inode_number_);
}

} // namespace gmkcore
