// Sample sockets, a fake host with their processes, and a fake kernel without the module.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/model/census.h"
#include "lib/sock_diag/source.h"

namespace ghostmem::test {

inline constexpr uint32_t own_netns = 4026531840;
inline constexpr uint32_t other_netns = 4026532211;

/// An established TCP socket of nginx[812], fd 11, in the host's own network namespace.
Socket tcp_socket(uint64_t inode);
/// `bytes` of data that pin `pages` pages in blocks of order 3.
Held held(uint64_t bytes, uint64_t pages);
/// Adds `held` to the named queue and to the socket's total.
void hold(Socket& socket, const std::string& queue, const Held& held);
/// A dump of these sockets, sorted by what they pin, whose totals allow for the pages they share.
SocketDump dump_of(std::vector<Socket> sockets);

/// The raw socket of zebra, two connections of nginx, one of them not accepted, a
/// unix socket in flight, a packet ring, an orphan, and a kernel socket.
SocketDump sample_sockets();

/// Builds ROOT/proc with processes and their descriptors.
class FakeHost {
  public:
    explicit FakeHost(std::filesystem::path root);
    /// Whether the caller may see all sockets.
    void privileged(bool may);
    void process(uint32_t pid, const std::string& comm, char state = 'S',
                 const std::string& cgroup = "/", uint32_t netns = own_netns);
    void socket(uint32_t pid, uint32_t fd, uint64_t inode);
    void namespace_name(const std::string& name);
    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  private:
    std::filesystem::path root_;
};

class FakeDiag : public DiagSource {
  public:
    DiagDump sockets(const NetNamespace& where) override;

    std::map<uint32_t, DiagDump> dumps; ///< by namespace
    std::vector<uint32_t> asked;
    std::function<void(const NetNamespace&)> before = [](const NetNamespace&) {};
};

} // namespace ghostmem::test
