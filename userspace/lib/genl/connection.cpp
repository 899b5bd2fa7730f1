#include "lib/genl/connection.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "lib/base/error.h"
#include "lib/genl/fault.h"
#include "lib/host/module_state.h"

namespace ghostmem {

namespace {

// The kernel makes a dump's datagrams as large as the reader's buffer, up to 32 KiB in most
// kernels; a truncated one would be lost.
constexpr size_t buffer_bytes = 256 * 1024;
constexpr int socket_buffer_bytes = 1024 * 1024;
constexpr time_t answer_timeout_s = 30;

} // namespace

void io_error(const std::string& what) {
    throw Error(ErrorKind::io, what + "; try again, and if it stays, reload the module");
}

void Connection::FreeSocket::operator()(nl_sock* socket) const {
    nl_socket_free(socket);
}

Connection::Connection(const std::filesystem::path& root,
                       std::optional<std::filesystem::path> capture)
    : socket_(nl_socket_alloc()), capture_(std::move(capture)) {
    if (!socket_)
        io_error("out of memory while opening a netlink socket");
    if (const int error = genl_connect(socket_.get()); error < 0)
        io_error(fmt::format("cannot open a netlink socket: {}", nl_geterror(error)));

    family_ = genl_ctrl_resolve(socket_.get(), GHOSTMEM_GENL_NAME);
    // The module may have become live after the first look.
    if (family_ == -NLE_OBJ_NOTFOUND && module_state(root) == ModuleState::live)
        family_ = genl_ctrl_resolve(socket_.get(), GHOSTMEM_GENL_NAME);
    if (family_ == -NLE_OBJ_NOTFOUND)
        throw no_family_error(root);
    if (family_ < 0)
        io_error(
            fmt::format("cannot ask for the ghostmem netlink family: {}", nl_geterror(family_)));

    const int fd = nl_socket_get_fd(socket_.get());
    const int on = 1;
    const timeval timeout{answer_timeout_s, 0};
    // Kernels that do not know these options answer nevertheless, with fewer details.
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    (void)nl_socket_set_buffer_size(socket_.get(), socket_buffer_bytes, 0);
}

Message Connection::request(int command, int flags) const {
    Message message(nlmsg_alloc());
    if (!message || genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, family_, 0, flags,
                                static_cast<uint8_t>(command), GHOSTMEM_GENL_VERSION) == nullptr)
        put(-1);
    put(nla_put_u32(message.get(), GHOSTMEM_A_ABI, GHOSTMEM_ABI));
    return message;
}

// Uses recvmsg() instead of nl_recv(), to detect truncated datagrams and to check the sender:
// anybody may send to this socket, but only port 0 is the kernel.
std::span<const std::byte> Connection::receive(std::vector<std::byte>& buffer) const {
    for (;;) {
        sockaddr_nl from{};
        iovec part{buffer.data(), buffer.size()};
        msghdr header{};
        header.msg_name = &from;
        header.msg_namelen = sizeof(from);
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        const ssize_t got = recvmsg(nl_socket_get_fd(socket_.get()), &header, 0);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            if (errno == EAGAIN)
                io_error(fmt::format("the module gave no answer for {} s", answer_timeout_s));
            if (errno == ENOBUFS)
                io_error("the kernel dropped its answer for want of memory (ENOBUFS)");
            io_error(fmt::format("cannot receive the module's answer: {}", std::strerror(errno)));
        }
        if ((header.msg_flags & MSG_TRUNC) != 0)
            io_error(fmt::format("an answer of more than {} bytes", buffer.size()));
        if (from.nl_pid == 0)
            return {buffer.data(), static_cast<size_t>(got)};
    }
}

void Connection::save(std::span<const std::byte> bytes) const {
    if (!capture_)
        return;
    std::ofstream file(*capture_, std::ios::binary | std::ios::app);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.flush();
    if (!file)
        throw Error(ErrorKind::io, "cannot write " + capture_->string() + ": " +
                                       std::strerror(errno) + "; choose another capture file");
}

Reply Connection::exchange(Message message) {
    nl_complete_msg(socket_.get(), message.get());
    const uint32_t sequence = nlmsg_hdr(message.get())->nlmsg_seq;
    if (const int error = nl_send(socket_.get(), message.get()); error < 0)
        io_error(fmt::format("cannot ask the module: {}", nl_geterror(error)));

    // Operator new aligns for any scalar type, as decode() requires.
    std::vector<std::byte> buffer(buffer_bytes);
    Reply reply;
    while (!reply.finished) {
        const auto bytes = receive(buffer);
        save(bytes);
        decode(bytes, reply, {LEAKCTL_VERSION, sequence});
    }
    if (reply.fault && !reply.interrupted) {
        const auto* header = static_cast<genlmsghdr*>(nlmsg_data(nlmsg_hdr(message.get())));
        throw fault_error(*reply.fault, header->cmd, module_version);
    }
    return reply;
}

} // namespace ghostmem
