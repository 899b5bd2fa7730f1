// Reads a struct sock: its identity, its queues, and the sockets that are reachable only through
// it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gmkcore/account.h"
#include "gmkcore/kernel.h"
#include "gmkcore/links.h"
#include "gmkcore/pages.h"
#include "gmkcore/skb.h"
#include "gmkcore/tasks.h"

namespace gmkcore {

struct Identity {
    uint64_t family = 0;
    uint64_t type = 0;
    uint64_t protocol = 0;
    uint64_t state = 0;
    uint64_t port = 0; // local port of an inet socket
};

struct Child {
    enum Kind {
        unaccepted, // in the accept queue of a listening socket
        in_flight,  // in a message that is queued in a unix socket
    };
    Kind kind = unaccepted;
    uint64_t sock = 0;
    uint64_t inode = 0; // of a socket in flight
};

class Sockets {
  public:
    Sockets(const Kernel& kernel, const Pages& pages, const SkbReader& skbs, const Links& links,
            const Tasks& tasks);

    [[nodiscard]] Identity identity(uint64_t sock) const;
    // Accounts all queues of @sock.
    void account(uint64_t sock, Account& to) const;
    [[nodiscard]] std::vector<Child> children(uint64_t sock) const;

    // Returns the TCP connections of local port @port, including those that no process holds.
    [[nodiscard]] std::vector<uint64_t> connections(uint64_t port) const;

  private:
    const Kernel& kernel_;
    const Pages& pages_;
    const SkbReader& skbs_;
    const Links& links_;
    const Tasks& tasks_;
    Field family_;
    Field type_;
    Field protocol_;
    Field state_;
    Field port_;
    Field receive_;
    Field errors_;
    Field write_;
    Field backlog_;
    Field retransmit_;
    Field fragment_;
    Field skb_sock_;

    void add_queue(Account& to, const char* name, const std::vector<uint64_t>& skbs) const;
    void add_ring(Account& to, const char* name, uint64_t ring) const;
    void add_fragment(Account& to, uint64_t sock) const;
    [[nodiscard]] bool is_tcp(const Identity& identity) const;
    [[nodiscard]] std::vector<uint64_t> unaccepted_tcp(uint64_t sock) const;
    [[nodiscard]] std::vector<Child> unix_children(uint64_t sock, bool listens) const;
};

} // namespace gmkcore
