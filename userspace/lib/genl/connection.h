// A generic netlink connection to the module: requests out, decoded answers in.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/genl/codec.h"
#include "lib/genl/message.h"

struct nl_sock;

namespace ghostmem {

/// Throws Error(io), with what to do next.
[[noreturn]] void io_error(const std::string& what);

class Connection {
  public:
    /// root: where /sys is. capture: a file to which the bytes of all answers are appended. Throws
    /// Error: no_module, loading, unreachable (from this network namespace) or io.
    Connection(const std::filesystem::path& root, std::optional<std::filesystem::path> capture);

    /// Returns a request with the ABI in it. flags: NLM_F_*.
    [[nodiscard]] Message request(int command, int flags) const;

    /// Sends the request and returns the whole answer. Throws what fault_error() makes of a
    /// refusal, unless the answer is of a dump that was interrupted; Error(protocol) for an answer
    /// that decode() refuses; Error(io) for one that does not come.
    Reply exchange(Message message);

    std::string module_version; ///< for messages; empty: not known yet

  private:
    struct FreeSocket {
        void operator()(nl_sock* socket) const;
    };

    [[nodiscard]] std::span<const std::byte> receive(std::vector<std::byte>& buffer) const;
    void save(std::span<const std::byte> bytes) const;

    std::unique_ptr<nl_sock, FreeSocket> socket_;
    int family_ = 0;
    std::optional<std::filesystem::path> capture_;
};

} // namespace ghostmem
