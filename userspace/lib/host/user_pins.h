// Pages that processes have given to the kernel to keep, in io_uring buffers and in pipes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

class UserPins {
  public:
    struct Owner {
        uint32_t pid = 0;
        std::string comm{};
        uint64_t ring_bytes = 0; ///< buffers registered with io_uring
        uint64_t pipe_bytes = 0; ///< unread bytes of pipes
    };

    /// Looks at a descriptor, PROCESS/fd/NUMBER, that is a link to `target`. A pipe counts for the
    /// first process that can read from it.
    void look(const std::filesystem::path& process, uint32_t pid, const std::string& number,
              std::string_view target);

    [[nodiscard]] const std::vector<Owner>& owners() const { return owners_; }
    [[nodiscard]] uint64_t ring_bytes() const;
    [[nodiscard]] uint64_t pipe_bytes() const;

    /// "io_uring of nginx[4711]: 256.0 MiB, pipes of cat[12]: 1.0 MiB and 2 more", the largest
    /// first; empty if nobody has any. Without `rings` only pipes are named.
    [[nodiscard]] std::string whose(bool rings) const;

  private:
    Owner& owner(const std::filesystem::path& process, uint32_t pid);

    std::vector<Owner> owners_;
    std::set<std::string, std::less<>> pipes_;
};

/// The sizes of the buffers that a ring's fdinfo lists.
uint64_t registered_bytes(std::string_view fdinfo);

} // namespace ghostmem
