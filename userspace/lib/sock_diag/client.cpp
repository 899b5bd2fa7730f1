#include "lib/sock_diag/client.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/sock_diag/codec.h"

namespace ghostmem {

namespace {

constexpr size_t request_bytes = 256;
// The kernel fills datagrams of up to 32 KiB if the reader's buffer has room for them.
constexpr size_t answer_bytes = 64 * 1024;
constexpr time_t answer_timeout_s = 30;
constexpr int dump_attempts = 5;
constexpr uint32_t all_states = ~0U;

struct CloseSocket {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using MnlSocket = std::unique_ptr<mnl_socket, CloseSocket>;

class File {
  public:
    explicit File(const std::filesystem::path& path)
        : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (fd_ >= 0)
            close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

[[noreturn]] void io_error(const std::string& what) {
    throw Error(ErrorKind::io, what + "; try again, or see what ss -a says");
}

// Opens a socket, which stays in the present network namespace of the calling thread.
MnlSocket open_here() {
    MnlSocket socket(mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC));
    if (socket && mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0)
        socket.reset();
    return socket;
}

[[noreturn]] void cannot_enter(const NetNamespace& where, int error) {
    const bool gone = error == ENOENT || error == ESRCH || error == ESTALE;
    throw Error(gone ? ErrorKind::unreachable : ErrorKind::not_permitted,
                fmt::format("cannot enter network namespace {}: {}; run it as root", where.inode,
                            std::strerror(error)));
}

// Opens a socket in another namespace. A separate thread enters that, so that the calling thread
// stays in its namespace, whatever fails.
MnlSocket open_in(const NetNamespace& where) {
    const File file(where.path);
    struct stat status {};
    if (file.fd() < 0 || fstat(file.fd(), &status) != 0)
        cannot_enter(where, errno);
    // The process may have ended, and its pid may be in use by another one.
    if (static_cast<uint32_t>(status.st_ino) != where.inode)
        cannot_enter(where, ESTALE);
    MnlSocket socket;
    int error = 0;
    std::thread([&] {
        if (setns(file.fd(), CLONE_NEWNET) == 0)
            socket = open_here();
        if (!socket)
            error = errno;
    }).join();
    if (!socket)
        cannot_enter(where, error);
    return socket;
}

template <typename T> T* put_request(nlmsghdr* head, const DiagKind& kind) {
    auto* request = static_cast<T*>(mnl_nlmsg_put_extra_header(head, sizeof(T)));
    request->sdiag_family = static_cast<uint8_t>(kind.family);
    return request;
}

void put_inet(nlmsghdr* head, const DiagKind& kind) {
    auto* request = put_request<inet_diag_req_v2>(head, kind);
    request->idiag_states = all_states;
    request->idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1) | 1U << (INET_DIAG_INFO - 1);
    request->sdiag_protocol = static_cast<uint8_t>(kind.protocol);
    if (kind.protocol > UINT8_MAX) {
        request->sdiag_protocol = IPPROTO_RAW;
        mnl_attr_put_u32(head, INET_DIAG_REQ_PROTOCOL, kind.protocol);
    }
}

void put_kind(nlmsghdr* head, const DiagKind& kind) {
    switch (kind.family) {
    case AF_UNIX: {
        auto* request = put_request<unix_diag_req>(head, kind);
        request->udiag_states = all_states;
        request->udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN |
                              UDIAG_SHOW_MEMINFO | UDIAG_SHOW_UID;
        break;
    }
    case AF_NETLINK: {
        auto* request = put_request<netlink_diag_req>(head, kind);
        request->sdiag_protocol = NDIAG_PROTO_ALL;
        request->ndiag_show = NDIAG_SHOW_MEMINFO;
        break;
    }
    case AF_PACKET:
        put_request<packet_diag_req>(head, kind)->pdiag_show =
            PACKET_SHOW_INFO | PACKET_SHOW_RING_CFG | PACKET_SHOW_MEMINFO;
        break;
    case AF_VSOCK:
        put_request<vsock_diag_req>(head, kind)->vdiag_states = all_states;
        break;
    default:
        put_inet(head, kind);
    }
}

// Whether it is an error of kernels that have no diag module for a kind.
bool is_missing(int error) {
    return error == ENOENT || error == EINVAL || error == EOPNOTSUPP || error == EPROTONOSUPPORT;
}

} // namespace

class SockDiag::Connection {
  public:
    Connection(const SockDiag& owner, const NetNamespace& where)
        : owner_(owner), where_(where), socket_(where.path.empty() ? open_here() : open_in(where)),
          buffer_(answer_bytes) {
        if (!socket_)
            io_error(fmt::format("cannot open a sock_diag socket: {}", std::strerror(errno)));
        const timeval timeout{answer_timeout_s, 0};
        (void)setsockopt(mnl_socket_get_fd(socket_.get()), SOL_SOCKET, SO_RCVTIMEO, &timeout,
                         sizeof(timeout));
    }

    // Dumps all sockets of a kind, except the one of this connection.
    DiagReply dump(const DiagKind& kind) {
        send(kind);
        DiagReply reply;
        const auto page_size = static_cast<uint32_t>(sysconf(_SC_PAGESIZE));
        while (!reply.finished) {
            const auto bytes = receive();
            owner_.save(bytes);
            decode_diag(bytes, reply, {kind, where_.inode, page_size, sequence_});
        }
        const std::string own = std::to_string(mnl_socket_get_portid(socket_.get()));
        std::erase_if(reply.sockets, [&](const Socket& socket) {
            return socket.family == AF_NETLINK && socket.protocol == NETLINK_SOCK_DIAG &&
                   socket.local == own;
        });
        return reply;
    }

  private:
    void send(const DiagKind& kind) {
        alignas(nlmsghdr) char request[request_bytes];
        nlmsghdr* head = mnl_nlmsg_put_header(request);
        head->nlmsg_type = SOCK_DIAG_BY_FAMILY;
        head->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        head->nlmsg_seq = ++sequence_;
        put_kind(head, kind);
        if (mnl_socket_sendto(socket_.get(), head, head->nlmsg_len) < 0)
            io_error(fmt::format("cannot ask sock_diag: {}", std::strerror(errno)));
    }

    std::span<const std::byte> receive() {
        for (;;) {
            const ssize_t got = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
            if (got >= 0)
                return {buffer_.data(), static_cast<size_t>(got)};
            if (errno == EAGAIN)
                io_error(fmt::format("sock_diag gave no answer for {} s", answer_timeout_s));
            if (errno != EINTR)
                io_error(
                    fmt::format("cannot receive sock_diag's answer: {}", std::strerror(errno)));
        }
    }

    const SockDiag& owner_;
    const NetNamespace& where_;
    MnlSocket socket_;
    std::vector<std::byte> buffer_;
    uint32_t sequence_ = 0;
};

SockDiag::SockDiag(std::filesystem::path root, std::optional<std::filesystem::path> capture)
    : capture_(std::move(capture)) {
    std::ifstream file(root / "proc/net/protocols");
    for (std::string line; std::getline(file, line);)
        protocols_.push_back(line.substr(0, line.find(' ')));
}

// A request for a kind makes the kernel load its diag module and the modules that this depends on.
// It is not needed if the protocol of the kind is not there: then nobody has such sockets.
bool SockDiag::kernel_has(const DiagKind& kind) const {
    return protocols_.empty() ||
           std::ranges::find(protocols_, kind.kernel_name) != protocols_.end();
}

void SockDiag::save(std::span<const std::byte> bytes) const {
    if (!capture_)
        return;
    std::ofstream file(*capture_, std::ios::binary | std::ios::app);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!file.flush())
        throw Error(ErrorKind::io, "cannot write " + capture_->string() + ": " +
                                       std::strerror(errno) + "; choose another capture file");
}

DiagDump SockDiag::sockets(const NetNamespace& where) {
    Connection connection(*this, where);
    DiagDump dump;
    for (const DiagKind& kind : diag_kinds()) {
        if (!kernel_has(kind))
            continue;
        DiagReply reply = connection.dump(kind);
        for (int attempt = 1; reply.interrupted && attempt < dump_attempts; ++attempt)
            reply = connection.dump(kind);
        if (reply.error != 0) {
            if (!is_missing(reply.error))
                io_error(fmt::format("sock_diag refuses {} sockets: {}", kind.word,
                                     std::strerror(reply.error)));
            dump.unanswered.emplace_back(kind.word);
        }
        if (reply.interrupted)
            dump.torn.emplace_back(kind.word);
        append(dump.sockets, std::move(reply.sockets));
    }
    return dump;
}

} // namespace ghostmem
