// Processes and their open files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gmkcore/kernel.h"

namespace gmkcore {

struct OpenSocket {
    unsigned int fd = 0;
    uint64_t file = 0; // struct file
};

class Tasks {
  public:
    explicit Tasks(const Kernel& kernel);

    // Finds the leader of thread group @pid. Throws if there is none.
    [[nodiscard]] uint64_t find(unsigned int pid) const;
    [[nodiscard]] std::string name(uint64_t task) const { return kernel_.text(task, name_); }
    // Returns all descriptors of a task that are sockets.
    [[nodiscard]] std::vector<OpenSocket> sockets(uint64_t task) const;

    // Returns the struct sock of a file, or nothing if the file is not a socket or has no sock any
    // more.
    [[nodiscard]] std::optional<uint64_t> sock_of(uint64_t file) const;
    [[nodiscard]] uint64_t inode_of(uint64_t file) const;

  private:
    const Kernel& kernel_;
    uint64_t first_;
    uint64_t operations_; // the file operations that identify a socket
    Field siblings_;
    Field pid_;
    Field name_;
    Field files_;
    Field table_;
    Field descriptors_;
    Field most_descriptors_;
    Field file_operations_;
    Field file_private_;
    Field file_inode_;
    Field inode_number_;
    Field socket_sock_;
};

} // namespace gmkcore
