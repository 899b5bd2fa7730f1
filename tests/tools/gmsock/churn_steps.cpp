#include "gmsock/churn_steps.h"

#include <csignal>
#include <cstring>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gmsock/passing.h"
#include "gmsock/ready.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

void loopback_up() {
    const Descriptor socket = open_socket(AF_INET, SOCK_DGRAM);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    checked(ioctl(socket.get(), SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
}

// Closes the socket at once, with a reset.
void close_hard(int socket) {
    const linger now{1, 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

} // namespace

const Bench::Step Bench::steps[] = {
    &Bench::tcp,       &Bench::unaccepted, &Bench::orphan,         &Bench::udp,
    &Bench::raw,       &Bench::pass_on,    &Bench::pass_to_itself, &Bench::take,
    &Bench::read_some, &Bench::close_some, &Bench::netlink,        &Bench::packet,
    &Bench::ring,      &Bench::vsock,      &Bench::child,          &Bench::name_space,
};

void Bench::step() {
    (this->*steps[below(std::size(steps))])();
}

void Bench::keep(Descriptor descriptor) {
    if (kept_.size() < most_kept)
        kept_.push_back(std::move(descriptor));
    else
        kept_[below(kept_.size())] = std::move(descriptor);
}

int Bench::any() {
    return kept_.empty() ? -1 : kept_[below(kept_.size())].get();
}

void Bench::tcp() {
    Connection connection = tcp_connection(0, 1 << 20);
    send_all(connection.client.get(), below(50000));
    if (below(4) == 0)
        close_hard(connection.client.get());
    if (below(2))
        keep(std::move(connection.server));
    if (below(2))
        keep(std::move(connection.client));
}

void Bench::unaccepted() {
    Descriptor listener = tcp_listener(loopback(), 8);
    const Address at = local_address(listener.get());
    for (uint64_t n = below(6); n > 0; n--) {
        Descriptor client = open_socket(AF_INET, SOCK_STREAM);
        checked(connect(client.get(), at.get(), at.length), "connect");
        send_all(client.get(), below(5000));
        if (below(2))
            keep(std::move(client));
    }
    if (below(2))
        keep(std::move(listener));
}

void Bench::orphan() {
    Connection connection = tcp_connection(4096, 1 << 20);
    // More than the other side accepts: the rest stays in a socket that is orphaned.
    send_all(connection.client.get(), 100000);
    keep(std::move(connection.server));
}

void Bench::udp() {
    const bool six = below(2);
    Descriptor socket = open_socket(six ? AF_INET6 : AF_INET, SOCK_DGRAM);
    const Address any = address(six ? "::1" : "127.0.0.1", 0);
    checked(bind(socket.get(), any.get(), any.length), "bind");
    const Address at = local_address(socket.get());
    const std::vector<char> data(below(9000), 'c');
    for (uint64_t n = below(20); n > 0; n--)
        sendto(socket.get(), data.data(), data.size(), 0, at.get(), at.length);
    keep(std::move(socket));
}

void Bench::raw() {
    const bool six = below(2);
    Descriptor socket = six ? open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)
                            : open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    const Address at = address(six ? "::1" : "127.0.0.1", 0);
    // An echo request; the socket receives the reply, too.
    char packet[64] = {};
    packet[0] = static_cast<char>(six ? 128 : 8);
    for (uint64_t n = below(20); n > 0; n--)
        sendto(socket.get(), packet, sizeof(packet), 0, at.get(), at.length);
    keep(std::move(socket));
}

void Bench::pass_on() {
    auto [reader, writer] = unix_pair(below(2) ? SOCK_STREAM : SOCK_DGRAM);
    for (uint64_t n = below(6); n > 0; n--) {
        if (const int passed = any(); passed >= 0)
            pass(writer.get(), passed);
    }
    keep(std::move(reader));
    if (below(2))
        keep(std::move(writer));
}

// Cycles of sockets that only refer to each other: the kernel's garbage collector has to find them.
void Bench::pass_to_itself() {
    auto [one, other] = unix_pair(SOCK_STREAM);
    pass(one.get(), one.get());
    pass(one.get(), other.get());
    pass(other.get(), one.get());
}

void Bench::take() {
    const int through = any();
    if (through < 0)
        return;
    Descriptor descriptor = taken(through);
    if (descriptor.get() >= 0)
        keep(std::move(descriptor));
}

void Bench::read_some() {
    char data[4096];
    for (uint64_t n = below(50); n > 0; n--)
        recv(any(), data, sizeof(data), MSG_DONTWAIT);
}

void Bench::close_some() {
    for (uint64_t n = below(most_kept); n > 0 && !kept_.empty(); n--) {
        std::swap(kept_[below(kept_.size())], kept_.back());
        kept_.pop_back();
    }
}

void Bench::netlink() {
    Descriptor socket = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    sockaddr_nl at{};
    at.nl_family = AF_NETLINK;
    at.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR;
    checked(bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)), "bind");
    keep(std::move(socket));
}

void Bench::packet() {
    Descriptor socket = open_socket(AF_PACKET, below(2) ? SOCK_RAW : SOCK_DGRAM, htons(ETH_P_ALL));
    keep(std::move(socket));
}

void Bench::ring() {
    Descriptor socket = open_socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    tpacket_req request{};
    request.tp_block_size = 4096U << below(4);
    request.tp_block_nr = 4;
    request.tp_frame_size = 2048;
    request.tp_frame_nr = request.tp_block_size / 2048 * 4;
    checked(setsockopt(socket.get(), SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)),
            "ring");
    if (below(2)) {
        const tpacket_req none{};
        checked(setsockopt(socket.get(), SOL_PACKET, PACKET_RX_RING, &none, sizeof(none)), "ring");
    }
    keep(std::move(socket));
}

void Bench::vsock() {
    Descriptor socket = open_socket(AF_VSOCK, SOCK_STREAM);
    sockaddr_vm at{};
    at.svm_family = AF_VSOCK;
    at.svm_cid = VMADDR_CID_ANY;
    at.svm_port = VMADDR_PORT_ANY;
    checked(bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)), "bind");
    checked(listen(socket.get(), 4), "listen");
    keep(std::move(socket));
}

template <typename Work> void Bench::fork_to(Work work) {
    if (forked_)
        return;
    const int pid = fork_with_parent();
    if (pid == 0) {
        forked_ = true;
        try {
            work();
        } catch (const std::exception&) {
        }
        std::_Exit(0);
    }
    if (below(4) == 0) {
        usleep(static_cast<useconds_t>(below(20000)));
        kill(pid, SIGKILL);
    }
    waitpid(pid, nullptr, 0);
}

// Forks a process that holds the same sockets, changes them, and exits.
void Bench::child() {
    const uint64_t seed = random_();
    fork_to([this, seed] {
        random_.seed(seed);
        for (int n = 0; n < 8; n++)
            step();
        usleep(static_cast<useconds_t>(below(20000)));
    });
}

// Creates a network namespace that lives as long as a process, or as a socket passed out of it.
void Bench::name_space() {
    auto [here, there] = unix_pair(SOCK_STREAM);
    const uint64_t seed = random_();
    fork_to([this, seed, through = there.get()] {
        random_.seed(seed);
        kept_.clear();
        checked(unshare(CLONE_NEWNET), "unshare");
        loopback_up();
        udp();
        pass(through, any());
        for (int n = 0; n < 12; n++)
            step();
    });
    Descriptor out = taken(here.get());
    if (out.get() >= 0)
        keep(std::move(out));
}

} // namespace gmsock
