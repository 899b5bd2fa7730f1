#include "lib/genl/client.h"

#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "lib/attribution/estimate.h"
#include "lib/base/error.h"
#include "lib/genl/codec.h"
#include "lib/host/code_identity.h"
#include "lib/host/load_policy.h"

namespace ghostmem {

namespace {

// The kernel makes a dump's datagrams as large as the reader's buffer, up to 32 KiB in most
// kernels; a truncated one would be lost.
constexpr size_t buffer_bytes = 256 * 1024;
constexpr int socket_buffer_bytes = 1024 * 1024;
constexpr time_t answer_timeout_s = 30;
constexpr int dump_attempts = 5;

struct FreeSocket {
    void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};
struct FreeMessage {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using Message = std::unique_ptr<nl_msg, FreeMessage>;

[[noreturn]] void io_error(const std::string& what) {
    throw Error(ErrorKind::io, what + "; try again, and if it stays, reload the module");
}

// Converts an interval from bytes to a level: the module uses intervals of 2^level pages.
uint8_t level_of(uint64_t bytes, uint32_t page_size) {
    const int level = std::bit_width(bytes) - std::bit_width(page_size);
    if (level < 1)
        throw Error(ErrorKind::refused,
                    fmt::format("an interval of {} bytes is less than two pages; "
                                "set a longer one",
                                bytes));
    return static_cast<uint8_t>(level);
}

void put(int result) {
    if (result < 0)
        io_error("out of memory while building a request");
}

// Puts a nest around the attributes that fill() puts. The kernel requires NLA_F_NESTED, which older
// libnl versions do not set.
template <typename Function> void nest(nl_msg* message, int type, Function fill) {
    nlattr* open = nla_nest_start(message, type | NLA_F_NESTED);
    if (open == nullptr)
        put(-1);
    fill();
    nla_nest_end(message, open);
}

bool changes(int command) {
    return command == GHOSTMEM_CMD_RESET || command == GHOSTMEM_CMD_CONFIG_SET;
}

Error fault_error(const Fault& fault, int command, const std::string& module_version) {
    const std::string words = fault.message.empty() ? std::strerror(fault.error) : fault.message;
    switch (fault.error) {
    case EPERM:
        return {ErrorKind::not_permitted,
                fmt::format("not permitted: {} in the initial user namespace are needed; run it "
                            "as root (sudo leakctl ...)",
                            changes(command) ? "CAP_NET_ADMIN and CAP_SYS_ADMIN"
                                             : "CAP_NET_ADMIN and CAP_PERFMON")};
    case EPROTO:
        return {ErrorKind::wrong_abi,
                "the module refuses: " + words + "; install the same version of both"};
    case EBUSY:
        return {ErrorKind::refused, "the module is busy (" + words + "); try again in a moment"};
    case EIO:
        return {ErrorKind::disabled,
                "the tracker has turned itself off (" + words + "); see: leakctl status"};
    case EOPNOTSUPP:
        // The family exists, so this is an older module without the command.
        if (command == GHOSTMEM_CMD_SOCKET_GET || command == GHOSTMEM_CMD_ZONE_GET)
            return {ErrorKind::unsupported,
                    fmt::format("the loaded ghostmem {} is older than this leakctl and has no "
                                "census of {}; install the same version of both, then reload it",
                                module_version,
                                command == GHOSTMEM_CMD_ZONE_GET ? "page frames" : "sockets")};
        [[fallthrough]];
    case ENOENT:
        return {ErrorKind::no_module,
                "the module went away (" + words + "); load it: modprobe ghostmem"};
    default:
        return {ErrorKind::refused, "the module refuses: " + words + "; dmesg may say more"};
    }
}

} // namespace

// Parts of an error message: what interrupts a dump, and what to do then.
struct GenlClient::DumpTrouble {
    const char* what;
    const char* next;
};

struct GenlClient::Connection {
    std::unique_ptr<nl_sock, FreeSocket> socket;
    int family = 0;
    std::optional<std::filesystem::path> capture;
    std::string own_version = LEAKCTL_VERSION;

    void open(const std::filesystem::path& root);
    Message request(int command, int flags) const;
    Reply exchange(Message message);
    std::string module_version; ///< empty: not known yet

  private:
    [[nodiscard]] std::span<const std::byte> receive(std::vector<std::byte>& buffer) const;
    void save(std::span<const std::byte> bytes) const;
    [[noreturn]] static void resolve_failed(int error, const std::filesystem::path& root);
};

void GenlClient::Connection::open(const std::filesystem::path& root) {
    socket.reset(nl_socket_alloc());
    if (!socket)
        io_error("out of memory while opening a netlink socket");
    if (const int error = genl_connect(socket.get()); error < 0)
        io_error(fmt::format("cannot open a netlink socket: {}", nl_geterror(error)));

    family = genl_ctrl_resolve(socket.get(), GHOSTMEM_GENL_NAME);
    if (family < 0)
        resolve_failed(family, root);

    const int fd = nl_socket_get_fd(socket.get());
    const int on = 1;
    const timeval timeout{answer_timeout_s, 0};
    // Kernels that do not know these options answer nevertheless, with fewer details.
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    (void)nl_socket_set_buffer_size(socket.get(), socket_buffer_bytes, 0);
}

void GenlClient::Connection::resolve_failed(int error, const std::filesystem::path& root) {
    if (error != -NLE_OBJ_NOTFOUND)
        io_error(fmt::format("cannot ask for the ghostmem netlink family: {}", nl_geterror(error)));
    std::error_code ignored;
    if (std::filesystem::exists(root / "sys/module/ghostmem", ignored))
        throw Error(ErrorKind::unreachable,
                    "the module is loaded but not reachable from this network namespace; run "
                    "leakctl in the host's (nsenter -t 1 -n leakctl ...)");
    throw module_not_loaded(LoadPolicy::read(root));
}

Message GenlClient::Connection::request(int command, int flags) const {
    Message message(nlmsg_alloc());
    if (!message || genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, flags,
                                static_cast<uint8_t>(command), GHOSTMEM_GENL_VERSION) == nullptr)
        put(-1);
    put(nla_put_u32(message.get(), GHOSTMEM_A_ABI, GHOSTMEM_ABI));
    return message;
}

// Uses recvmsg() instead of nl_recv(), to detect truncated datagrams and to check the sender:
// anybody may send to this socket, but only port 0 is the kernel.
std::span<const std::byte> GenlClient::Connection::receive(std::vector<std::byte>& buffer) const {
    for (;;) {
        sockaddr_nl from{};
        iovec part{buffer.data(), buffer.size()};
        msghdr header{};
        header.msg_name = &from;
        header.msg_namelen = sizeof(from);
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        const ssize_t got = recvmsg(nl_socket_get_fd(socket.get()), &header, 0);
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

void GenlClient::Connection::save(std::span<const std::byte> bytes) const {
    if (!capture)
        return;
    std::ofstream file(*capture, std::ios::binary | std::ios::app);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.flush();
    if (!file)
        throw Error(ErrorKind::io, "cannot write " + capture->string() + ": " +
                                       std::strerror(errno) + "; choose another capture file");
}

Reply GenlClient::Connection::exchange(Message message) {
    nl_complete_msg(socket.get(), message.get());
    const uint32_t sequence = nlmsg_hdr(message.get())->nlmsg_seq;
    if (const int error = nl_send(socket.get(), message.get()); error < 0)
        io_error(fmt::format("cannot ask the module: {}", nl_geterror(error)));

    // Operator new aligns for any scalar type, as decode() requires.
    std::vector<std::byte> buffer(buffer_bytes);
    Reply reply;
    while (!reply.finished) {
        const auto bytes = receive(buffer);
        save(bytes);
        decode(bytes, reply, {own_version, sequence});
    }
    if (reply.fault && !reply.interrupted) {
        const auto* header = static_cast<genlmsghdr*>(nlmsg_data(nlmsg_hdr(message.get())));
        throw fault_error(*reply.fault, header->cmd, module_version);
    }
    return reply;
}

GenlClient::GenlClient(std::filesystem::path root, std::optional<std::filesystem::path> capture)
    : root_(std::move(root)), capture_(std::move(capture)) {}

GenlClient::~GenlClient() = default;

GenlClient::Connection& GenlClient::connection() {
    if (!connection_) {
        auto fresh = std::make_unique<Connection>();
        fresh->capture = capture_;
        fresh->open(root_);
        connection_ = std::move(fresh);
    }
    return *connection_;
}

// Sends STATUS_GET before any other request: only its reply has the version of a module that speaks
// another ABI.
void GenlClient::check_abi() {
    if (!abi_checked_)
        (void)status();
}

Status GenlClient::status() {
    Connection& link = connection();
    Reply reply = link.exchange(link.request(GHOSTMEM_CMD_STATUS_GET, NLM_F_REQUEST | NLM_F_ACK));
    if (!reply.status)
        io_error("the module acknowledged a status request without answering it");
    abi_checked_ = true;
    link.module_version = reply.status->version;
    return std::move(*reply.status);
}

// Repeats a dump, up to dump_attempts times, until it is not interrupted. fill() puts the
// attributes of the request.
template <typename Function>
Reply GenlClient::dump(int command, const DumpTrouble& trouble, Function fill) {
    check_abi();
    Connection& link = connection();
    for (int attempt = 0; attempt < dump_attempts; ++attempt) {
        Message message = link.request(command, NLM_F_REQUEST | NLM_F_DUMP);
        fill(message.get());
        Reply reply = link.exchange(std::move(message));
        if (!reply.interrupted)
            return reply;
    }
    throw Error(ErrorKind::inconsistent, fmt::format("{} during each of {} dumps; {}", trouble.what,
                                                     dump_attempts, trouble.next));
}

std::vector<Site> GenlClient::sites(const SiteFilter& filter) {
    Reply reply = dump(
        GHOSTMEM_CMD_SITE_GET, {"the tracker was reset", "find out who resets it, then try again"},
        [&](nl_msg* message) {
            nest(message, GHOSTMEM_A_FILTER, [&] {
                put(nla_put_u64(message, GHOSTMEM_FILTER_A_MIN, filter.min_pages));
                if (filter.since_s)
                    put(nla_put_u64(message, GHOSTMEM_FILTER_A_SINCE_S, *filter.since_s));
                if (filter.until_s)
                    put(nla_put_u64(message, GHOSTMEM_FILTER_A_UNTIL_S, *filter.until_s));
            });
        });
    CodeIdentity(root_).tell(reply.sites);
    return estimate(std::move(reply.sites));
}

SocketDump GenlClient::sockets(std::optional<uint32_t> top) {
    Reply reply = dump(GHOSTMEM_CMD_SOCKET_GET,
                       {"the census of sockets was cut short", "try again"}, [&](nl_msg* message) {
                           if (top)
                               put(nla_put_u32(message, GHOSTMEM_A_TOP, *top));
                       });
    if (!reply.census)
        io_error("the module ended a census of sockets without having begun it");
    return {std::move(*reply.census), std::move(reply.sockets)};
}

std::vector<Site> GenlClient::skb_sites() {
    Reply reply =
        dump(GHOSTMEM_CMD_SKB_GET, {"sk_buffs were forgotten", "try again"}, [](nl_msg*) {});
    CodeIdentity(root_).tell(reply.sites);
    return std::move(reply.sites);
}

void GenlClient::reset() {
    check_abi();
    Connection& link = connection();
    link.exchange(link.request(GHOSTMEM_CMD_RESET, NLM_F_REQUEST | NLM_F_ACK));
}

PageCensus GenlClient::zones() {
    Reply reply = dump(GHOSTMEM_CMD_ZONE_GET,
                       {"the census of page frames was cut short", "try again"}, [](nl_msg*) {});
    if (!reply.pages)
        io_error("the module ended a census of page frames without having begun it");
    return std::move(*reply.pages);
}

void GenlClient::configure(const ConfigChange& change) {
    const uint32_t page_size = status().page_size;
    Connection& link = connection();
    Message message = link.request(GHOSTMEM_CMD_CONFIG_SET, NLM_F_REQUEST | NLM_F_ACK);
    nest(message.get(), GHOSTMEM_A_CONFIG, [&] {
        if (change.mode)
            put(nla_put_u32(message.get(), GHOSTMEM_CONFIG_A_MODE,
                            static_cast<uint32_t>(*change.mode)));
        if (change.interval_bytes)
            put(nla_put_u8(message.get(), GHOSTMEM_CONFIG_A_LEVEL,
                           level_of(*change.interval_bytes, page_size)));
        if (change.budget_ppm)
            put(nla_put_u32(message.get(), GHOSTMEM_CONFIG_A_BUDGET_PPM, *change.budget_ppm));
        if (change.skb)
            put(nla_put_u8(message.get(), GHOSTMEM_CONFIG_A_SKB, *change.skb ? 1 : 0));
    });
    link.exchange(std::move(message));
}

} // namespace ghostmem
