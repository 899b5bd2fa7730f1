// Thousands of clients, each of which sends a little data.
#include <csignal>
#include <iostream>
#include <netinet/tcp.h>
#include <vector>

#include "gmsock/limits.h"
#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

// Traffic to a port that nobody has bound, which leaves nothing queued.
class Filler {
  public:
    Filler(const std::string& to, uint64_t count)
        : count_(count), at_(address(to, 9)), socket_(open_socket(at_.family(), SOCK_DGRAM)),
          data_(1000, 'f') {}

    void send() const {
        for (uint64_t n = 0; n < count_; n++)
            sendto(socket_.get(), data_.data(), data_.size(), 0, at_.get(), at_.length);
    }

  private:
    uint64_t count_;
    Address at_;
    Descriptor socket_;
    std::vector<char> data_;
};

} // namespace

// Makes COUNT connections. At SIGUSR1 they send a segment of SIZE bytes each, in turns, SEGMENTS
// times. Each segment is followed by --filler=N datagrams to an unbound port. Prints "sent" at the
// end.
int tcp_clients(Arguments arguments) {
    const uint64_t fill = arguments.option("filler", 0);
    const std::string to = arguments.word("ADDRESS");
    const uint64_t port = arguments.number("PORT");
    const uint64_t count = arguments.number("COUNT");
    const uint64_t segments = arguments.number("SEGMENTS");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    allow_descriptors(count + 64);
    const Address at = address(to, static_cast<uint16_t>(port));
    std::vector<Descriptor> clients;
    for (uint64_t n = 0; n < count; n++) {
        Descriptor& client = clients.emplace_back(open_socket(at.family(), SOCK_STREAM));
        set_option(client.get(), IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
        checked(connect(client.get(), at.get(), at.length), "connect");
    }
    const Filler filler(to, fill);
    say_ready(clients.front().get());
    wait_for(SIGUSR1);
    for (uint64_t round = 0; round < segments; round++) {
        for (const Descriptor& client : clients) {
            send_all(client.get(), size);
            filler.send();
        }
    }
    std::cout << "sent " << count * segments << std::endl;
    wait_for_end();
    return 0;
}

} // namespace gmsock
