// gmnl: speaks to ghostmem.ko byte by byte, as leakctl never would: malformed requests,
// slow, abandoned and too many dumps. Prints one "ok - NAME" or "not ok - NAME: DETAIL"
// a check, and exits with 1 if one failed. It shares nothing with leakctl but the
// protocol's header, so that a misunderstanding there does not hide here.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/ghostmem.h>

namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<uint8_t>;

// What user space is told to offer a dump at least; small, so that a dump takes several.
constexpr size_t small_buffer = 8192;
constexpr size_t large_buffer = 64 * 1024;
constexpr time_t answer_timeout_s = 20;
// Of the module: concurrent dumps.
constexpr size_t dumps_max = 8;
// A paused dump has one datagram with us and one in the queue; it must want to go on.
constexpr size_t datagrams_wanted = 4;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

std::string name_of_errno(int error) {
    return error == 0 ? "0" : std::to_string(error) + " (" + std::strerror(error) + ")";
}

class Tap {
  public:
    void ok(const std::string& name) { std::cout << "ok - " << name << std::endl; }
    void not_ok(const std::string& name, const std::string& detail) {
        failed_ = true;
        std::cout << "not ok - " << name << ": " << detail << std::endl;
    }
    void check(bool passed, const std::string& name, const std::string& detail) {
        if (passed)
            ok(name);
        else
            not_ok(name, detail);
    }
    [[nodiscard]] int exit_code() const { return failed_ ? 1 : 0; }

  private:
    bool failed_ = false;
};

// A request under construction. Nothing stops it from lying about lengths and types.
class Request {
  public:
    Request(int type, uint8_t command, int flags, uint8_t version = GHOSTMEM_GENL_VERSION,
            uint16_t reserved = 0) {
        nlmsghdr header{};
        header.nlmsg_type = static_cast<uint16_t>(type);
        header.nlmsg_flags = static_cast<uint16_t>(flags);
        raw(&header, sizeof(header));
        genlmsghdr generic{};
        generic.cmd = command;
        generic.version = version;
        generic.reserved = reserved;
        raw(&generic, sizeof(generic));
    }

    Request& raw(const void* data, size_t length) {
        const auto* first = static_cast<const uint8_t*>(data);
        bytes_.insert(bytes_.end(), first, first + length);
        return *this;
    }
    // An attribute that says it is @claimed bytes long, its header included.
    Request& attribute(int type, size_t claimed, const void* data, size_t length) {
        nlattr header{};
        header.nla_len = static_cast<uint16_t>(claimed);
        header.nla_type = static_cast<uint16_t>(type);
        raw(&header, sizeof(header)).raw(data, length);
        bytes_.resize(NLA_ALIGN(bytes_.size()));
        return *this;
    }
    template <typename Value> Request& put(int type, Value value) {
        return attribute(type, NLA_HDRLEN + sizeof(value), &value, sizeof(value));
    }
    Request& abi(uint32_t abi = GHOSTMEM_ABI) { return put<uint32_t>(GHOSTMEM_A_ABI, abi); }
    Request& nest(int type, const std::function<void(Request&)>& fill) {
        const size_t at = bytes_.size();
        attribute(type, NLA_HDRLEN, nullptr, 0);
        fill(*this);
        const auto length = static_cast<uint16_t>(bytes_.size() - at);
        std::memcpy(&bytes_[at + offsetof(nlattr, nla_len)], &length, sizeof(length));
        return *this;
    }
    Request& cut(size_t length) {
        bytes_.resize(length);
        return *this;
    }
    [[nodiscard]] Bytes bytes() const { return bytes_; }

  private:
    Bytes bytes_;
};

constexpr int do_flags = NLM_F_REQUEST | NLM_F_ACK;
constexpr int dump_flags = NLM_F_REQUEST | NLM_F_DUMP;
constexpr int filter_nest = GHOSTMEM_A_FILTER | NLA_F_NESTED;
constexpr int config_nest = GHOSTMEM_A_CONFIG | NLA_F_NESTED;

using Attributes = std::map<int, std::span<const uint8_t>>;

// Later ones of a type replace earlier ones: good for everything but lists.
Attributes attributes_of(std::span<const uint8_t> bytes) {
    Attributes found;
    while (bytes.size() >= NLA_HDRLEN) {
        nlattr header{};
        std::memcpy(&header, bytes.data(), sizeof(header));
        if (header.nla_len < NLA_HDRLEN || header.nla_len > bytes.size())
            throw std::runtime_error("the kernel sent an attribute of impossible length");
        found[header.nla_type & NLA_TYPE_MASK] =
            bytes.subspan(NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
        bytes = bytes.subspan(std::min<size_t>(NLA_ALIGN(header.nla_len), bytes.size()));
    }
    return found;
}

template <typename Value> std::optional<Value> value_of(const Attributes& attributes, int type) {
    const auto at = attributes.find(type);
    if (at == attributes.end() || at->second.size() != sizeof(Value))
        return std::nullopt;
    Value value{};
    std::memcpy(&value, at->second.data(), sizeof(value));
    return value;
}

std::string text_of(std::span<const uint8_t> bytes) {
    std::string text(bytes.begin(), bytes.end());
    text.resize(std::strlen(text.c_str()));
    return text;
}

struct Message {
    nlmsghdr header{};
    Bytes payload;
    // Of a whole message of the family.
    [[nodiscard]] Attributes attributes() const {
        if (payload.size() < GENL_HDRLEN)
            throw std::runtime_error("the kernel sent a message without its header");
        return attributes_of(std::span(payload).subspan(GENL_HDRLEN));
    }
    [[nodiscard]] bool interrupted() const { return (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0; }
    [[nodiscard]] bool ends() const {
        return header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE;
    }
};

// The end of an answer: an acknowledgment, an error, or the end of a dump.
struct Verdict {
    int error = 0;
    std::string extack;
    bool interrupted = false;
    bool dump = false;
};

Verdict verdict_of(const Message& message) {
    Verdict verdict;
    verdict.dump = message.header.nlmsg_type == NLMSG_DONE;
    verdict.interrupted = message.interrupted();
    int32_t code = 0;
    if (message.payload.size() < sizeof(code))
        throw std::runtime_error("the kernel sent a verdict without an error code");
    std::memcpy(&code, message.payload.data(), sizeof(code));
    verdict.error = -code;
    if ((message.header.nlmsg_flags & NLM_F_ACK_TLVS) == 0)
        return verdict;
    size_t skip = verdict.dump ? sizeof(code) : sizeof(nlmsgerr);
    if (!verdict.dump && (message.header.nlmsg_flags & NLM_F_CAPPED) == 0) {
        nlmsgerr echo{};
        std::memcpy(&echo, message.payload.data(), sizeof(echo));
        skip += NLMSG_ALIGN(echo.msg.nlmsg_len) - NLMSG_HDRLEN;
    }
    if (skip > message.payload.size())
        throw std::runtime_error("the kernel sent a verdict that is too short");
    const Attributes all = attributes_of(std::span(message.payload).subspan(skip));
    if (const auto at = all.find(NLMSGERR_ATTR_MSG); at != all.end())
        verdict.extack = text_of(at->second);
    return verdict;
}

class Socket {
  public:
    explicit Socket(int receive_buffer = 1024 * 1024)
        : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC)) {
        if (fd_ < 0)
            fail("socket");
        const int on = 1;
        const timeval timeout{answer_timeout_s, 0};
        const sockaddr_nl any{AF_NETLINK, 0, 0, 0};
        if (setsockopt(fd_, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) != 0 ||
            setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) != 0 ||
            setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) != 0 ||
            setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer)) != 0)
            fail("setsockopt");
        if (bind(fd_, reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0)
            fail("bind");
    }
    ~Socket() {
        if (fd_ >= 0)
            close(fd_);
    }
    Socket(Socket&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), sequence_(other.sequence_) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    Socket& operator=(Socket&&) = delete;

    // Fills in length and sequence number; @length overrides the former.
    void send(Bytes bytes, std::optional<uint32_t> length = std::nullopt) {
        const uint32_t claimed = length.value_or(static_cast<uint32_t>(bytes.size()));
        ++sequence_;
        std::memcpy(&bytes[offsetof(nlmsghdr, nlmsg_len)], &claimed, sizeof(claimed));
        std::memcpy(&bytes[offsetof(nlmsghdr, nlmsg_seq)], &sequence_, sizeof(sequence_));
        send_as_is(bytes);
    }
    void send(const Request& request) { send(request.bytes()); }
    void send_as_is(const Bytes& bytes) {
        if (::send(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
            fail("send");
    }

    // One datagram. Empty where nothing waits and @flags say MSG_DONTWAIT.
    std::vector<Message> receive(size_t buffer_size, int flags = 0) {
        Bytes buffer(buffer_size);
        const ssize_t got = recv(fd_, buffer.data(), buffer.size(), flags | MSG_TRUNC);
        if (got < 0) {
            if (errno == EAGAIN && (flags & MSG_DONTWAIT) != 0)
                return {};
            fail(errno == EAGAIN ? "no answer came" : "recv");
        }
        if (static_cast<size_t>(got) > buffer.size())
            throw std::runtime_error("a datagram of " + std::to_string(got) + " bytes was cut");
        return split(std::span(buffer).first(static_cast<size_t>(got)));
    }
    // Reads until nothing is left, whatever it is.
    void drain() {
        while (!receive(large_buffer, MSG_DONTWAIT).empty()) {
        }
    }

  private:
    static std::vector<Message> split(std::span<const uint8_t> bytes) {
        std::vector<Message> messages;
        while (bytes.size() >= NLMSG_HDRLEN) {
            Message message;
            std::memcpy(&message.header, bytes.data(), sizeof(message.header));
            const size_t length = message.header.nlmsg_len;
            if (length < NLMSG_HDRLEN || length > bytes.size())
                throw std::runtime_error("the kernel sent a message of impossible length");
            const auto payload = bytes.subspan(NLMSG_HDRLEN, length - NLMSG_HDRLEN);
            message.payload.assign(payload.begin(), payload.end());
            messages.push_back(std::move(message));
            bytes = bytes.subspan(std::min<size_t>(NLMSG_ALIGN(length), bytes.size()));
        }
        return messages;
    }

    int fd_;
    uint32_t sequence_ = 0;
};

struct Answer {
    std::vector<Message> messages;
    Verdict verdict;
};

Answer answer_of(Socket& socket) {
    Answer answer;
    for (;;) {
        for (Message& message : socket.receive(large_buffer)) {
            if (message.ends()) {
                answer.verdict = verdict_of(message);
                return answer;
            }
            answer.messages.push_back(std::move(message));
        }
    }
}

Answer ask(Socket& socket, const Request& request) {
    socket.send(request);
    return answer_of(socket);
}

int family_id() {
    Socket socket;
    Request request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, do_flags, 1);
    const char name[] = GHOSTMEM_GENL_NAME;
    request.attribute(CTRL_ATTR_FAMILY_NAME, NLA_HDRLEN + sizeof(name), name, sizeof(name));
    const Answer answer = ask(socket, request);
    if (answer.verdict.error != 0 || answer.messages.empty())
        throw std::runtime_error("no family " GHOSTMEM_GENL_NAME "; is the module loaded?");
    const auto id = value_of<uint16_t>(answer.messages.front().attributes(), CTRL_ATTR_FAMILY_ID);
    if (!id)
        throw std::runtime_error("the family has no id");
    return *id;
}

// What no refused request may change.
struct State {
    uint32_t mode = 0;
    uint32_t generation = 0;
    uint32_t sites_max = 0;
    std::string version;
    bool operator==(const State&) const = default;
    [[nodiscard]] std::string text() const {
        return "mode " + std::to_string(mode) + " generation " + std::to_string(generation) +
               " sites_max " + std::to_string(sites_max);
    }
};

class Peer {
  public:
    Peer() : family_(family_id()) {}

    [[nodiscard]] Request request(uint8_t command, int flags = do_flags) const {
        return {family_, command, flags};
    }
    [[nodiscard]] int family() const { return family_; }
    [[nodiscard]] Request status_request() const { return request(GHOSTMEM_CMD_STATUS_GET).abi(); }
    // Of all sites, the empty ones included.
    [[nodiscard]] Request dump_request() const {
        return request(GHOSTMEM_CMD_SITE_GET, dump_flags).abi().nest(filter_nest, [](Request& in) {
            in.put<uint64_t>(GHOSTMEM_FILTER_A_MIN_PAGES, 0);
        });
    }
    [[nodiscard]] Request mode_request(uint32_t mode) const {
        return request(GHOSTMEM_CMD_CONFIG_SET).abi().nest(config_nest, [&](Request& in) {
            in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, mode);
        });
    }

    [[nodiscard]] State state() const {
        Socket socket;
        const Answer answer = ask(socket, status_request());
        if (answer.verdict.error != 0 || answer.messages.size() != 1)
            throw std::runtime_error("status failed: " + name_of_errno(answer.verdict.error));
        const Attributes top = answer.messages.front().attributes();
        const auto nest = top.find(GHOSTMEM_A_STATUS);
        const auto version = top.find(GHOSTMEM_A_VERSION);
        if (nest == top.end() || version == top.end())
            throw std::runtime_error("a status without GHOSTMEM_A_STATUS or _VERSION");
        const Attributes status = attributes_of(nest->second);
        const auto mode = value_of<uint32_t>(status, GHOSTMEM_STATUS_A_MODE);
        const auto generation = value_of<uint32_t>(status, GHOSTMEM_STATUS_A_GENERATION);
        const auto sites_max = value_of<uint32_t>(status, GHOSTMEM_STATUS_A_SITES_MAX);
        if (!mode || !generation || !sites_max)
            throw std::runtime_error("a status without mode, generation or sites_max");
        return {*mode, *generation, *sites_max, text_of(version->second)};
    }

  private:
    int family_;
};

// ---- dumps ----

// What a dump has brought so far.
class Dump {
  public:
    // The rest of a dump has had its first message.
    explicit Dump(bool headed = false) : headed_(headed) {}

    void take(const std::vector<Message>& datagram) {
        ++datagrams_;
        for (const Message& message : datagram) {
            interrupted_ = interrupted_ || message.interrupted();
            if (message.ends())
                verdict_ = verdict_of(message);
            else
                take_site(message);
        }
    }
    [[nodiscard]] bool finished() const { return verdict_.has_value(); }
    [[nodiscard]] size_t datagrams() const { return datagrams_; }
    [[nodiscard]] size_t sites() const { return sites_; }
    [[nodiscard]] bool interrupted() const { return interrupted_; }
    [[nodiscard]] const Verdict& verdict() const { return *verdict_; }
    // Empty if every site was as the protocol promises.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] std::string text() const {
        return std::to_string(sites_) + " sites in " + std::to_string(datagrams_) + " datagrams";
    }

  private:
    void take_site(const Message& message) {
        const Attributes top = message.attributes();
        if (value_of<uint32_t>(top, GHOSTMEM_A_ABI) != GHOSTMEM_ABI)
            problem_ = "a site without the ABI";
        const auto nest = top.find(GHOSTMEM_A_SITE);
        const bool first = !headed_;
        headed_ = true;
        if (nest == top.end()) {
            if (!first || top.find(GHOSTMEM_A_STATUS) == top.end())
                problem_ = "a message without a site";
            return;
        }
        if (first)
            problem_ = "a dump without its first message";
        const Attributes site = attributes_of(nest->second);
        const auto id = value_of<uint32_t>(site, GHOSTMEM_SITE_A_ID).value_or(0);
        if (id <= last_id_)
            problem_ = "id " + std::to_string(id) + " after " + std::to_string(last_id_);
        last_id_ = id;
        const auto live = value_of<uint64_t>(site, GHOSTMEM_SITE_A_LIVE_PAGES);
        const auto given = value_of<uint64_t>(site, GHOSTMEM_SITE_A_ALLOC_PAGES);
        const auto freed = value_of<uint64_t>(site, GHOSTMEM_SITE_A_FREE_PAGES);
        if (!live || !given || !freed || *live != *given - *freed)
            problem_ = "site " + std::to_string(id) + ": live is not allocated less freed";
        ++sites_;
    }

    size_t datagrams_ = 0;
    size_t sites_ = 0;
    uint32_t last_id_ = 0;
    bool headed_;
    bool interrupted_ = false;
    std::optional<Verdict> verdict_;
    std::string problem_;
};

Dump whole_dump(const Peer& peer) {
    Socket socket;
    socket.send(peer.dump_request());
    Dump dump;
    while (!dump.finished())
        dump.take(socket.receive(small_buffer));
    return dump;
}

void check_dump(Tap& tap, const Dump& dump, const std::string& name) {
    tap.check(dump.problem().empty(), name + ": ids ascend, counts add up", dump.problem());
    tap.check(dump.verdict().dump && dump.verdict().error == 0, name + ": ends with NLMSG_DONE",
              "error " + name_of_errno(dump.verdict().error) + " " + dump.verdict().extack);
    tap.check(!dump.interrupted(), name + ": not marked as interrupted", "NLM_F_DUMP_INTR");
}

// Without several datagrams none of the dump tests would test a thing.
bool check_long_enough(Tap& tap, const Peer& peer) {
    const Dump dump = whole_dump(peer);
    tap.check(dump.datagrams() >= datagrams_wanted, "there are sites for several datagrams",
              "only " + dump.text() + "; give the system more to do first");
    return dump.datagrams() >= datagrams_wanted;
}

int slow_dump(const Peer& peer, std::chrono::milliseconds pause) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    const State before = peer.state();
    Socket socket(4096);
    socket.send(peer.dump_request());
    Dump dump;
    while (!dump.finished()) {
        dump.take(socket.receive(small_buffer));
        if (dump.datagrams() == 1 && !dump.finished())
            std::this_thread::sleep_for(pause);
    }
    check_dump(tap, dump, "slow dump");
    tap.check(dump.datagrams() >= datagrams_wanted, "slow dump: several datagrams", dump.text());
    tap.check(peer.state() == before, "slow dump: status unchanged", peer.state().text());
    return tap.exit_code();
}

int interrupted_dump(const Peer& peer, std::chrono::milliseconds pause) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    const State before = peer.state();
    Socket socket(4096);
    socket.send(peer.dump_request());
    Dump dump;
    dump.take(socket.receive(small_buffer));
    tap.check(!dump.finished() && !dump.interrupted(), "reset in mid-dump: under way before it",
              dump.text());
    Socket other;
    const Verdict reset = ask(other, peer.request(GHOSTMEM_CMD_RESET).abi()).verdict;
    tap.check(reset.error == 0, "reset in mid-dump: accepted", name_of_errno(reset.error));
    std::this_thread::sleep_for(pause);

    // The kernel made the next datagram when it handed out the first: it is of before.
    (void)socket.receive(small_buffer);
    Dump rest;
    while (!rest.finished())
        rest.take(socket.receive(small_buffer));
    tap.check(rest.sites() == 0, "reset in mid-dump: no site of another generation follows",
              rest.text());
    tap.check(rest.verdict().dump && rest.verdict().interrupted,
              "reset in mid-dump: NLMSG_DONE is marked as interrupted",
              "error " + name_of_errno(rest.verdict().error));
    const State after = peer.state();
    tap.check(after.generation == before.generation + 1 && after.mode == before.mode,
              "reset in mid-dump: the generation is the next one", after.text());
    check_dump(tap, whole_dump(peer), "dump after the reset");
    return tap.exit_code();
}

// Opens a dump and reads its first datagram. The socket, or the refusal.
struct Paused {
    std::optional<Socket> socket;
    Verdict refusal;
};

Paused pause_dump(const Peer& peer) {
    Socket socket(4096);
    socket.send(peer.dump_request());
    Dump dump;
    dump.take(socket.receive(small_buffer));
    if (dump.finished())
        return {std::nullopt, dump.verdict()};
    return {std::move(socket), {}};
}

// Kernels may end a closed socket's dump a moment later; 5 s is more than that.
Paused pause_dump_patiently(const Peer& peer, size_t& retries) {
    for (int attempt = 0; attempt < 500; ++attempt) {
        Paused paused = pause_dump(peer);
        if (paused.refusal.error != EBUSY)
            return paused;
        ++retries;
        std::this_thread::sleep_for(10ms);
    }
    return pause_dump(peer);
}

// However many came before, all that the module allows can be opened.
void check_none_leaked(Tap& tap, const Peer& peer) {
    std::vector<Socket> open;
    size_t retries = 0;
    while (open.size() < dumps_max) {
        Paused paused = pause_dump_patiently(peer, retries);
        if (!paused.socket)
            break;
        open.push_back(std::move(*paused.socket));
    }
    tap.check(open.size() == dumps_max, "no place among the dumps has leaked",
              "only " + std::to_string(open.size()) + " could be opened");
}

int abandon_dump(const Peer& peer, size_t times) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    size_t abandoned = 0;
    size_t retries = 0;
    Verdict refusal;
    while (abandoned < times) {
        const Paused paused = pause_dump_patiently(peer, retries);
        if (!paused.socket) {
            refusal = paused.refusal;
            break;
        }
        ++abandoned;
    }
    tap.check(abandoned == times, std::to_string(times) + " dumps abandoned",
              "number " + std::to_string(abandoned) + ": " + name_of_errno(refusal.error));
    std::cout << "# busy for a moment " << retries << " times" << std::endl;
    check_none_leaked(tap, peer);
    check_dump(tap, whole_dump(peer), "dump afterwards");
    return tap.exit_code();
}

int many_dumps(const Peer& peer, size_t count) {
    Tap tap;
    if (!check_long_enough(tap, peer))
        return tap.exit_code();
    {
        std::vector<Socket> open;
        std::vector<Verdict> refused;
        for (size_t i = 0; i < count; ++i) {
            Paused paused = pause_dump(peer);
            if (paused.socket)
                open.push_back(std::move(*paused.socket));
            else
                refused.push_back(paused.refusal);
        }
        const size_t allowed = std::min(count, dumps_max);
        tap.check(open.size() == allowed, std::to_string(allowed) + " dumps at once",
                  std::to_string(open.size()) + " were let in");
        tap.check(std::ranges::all_of(refused, [](const Verdict& v) { return v.error == EBUSY; }),
                  "more are refused with EBUSY",
                  refused.empty() ? "" : name_of_errno(refused.front().error));
        tap.check(std::ranges::none_of(refused, [](const Verdict& v) { return v.extack.empty(); }),
                  "more are refused in words", "EBUSY without NLMSGERR_ATTR_MSG");
        bool intact = true;
        for (Socket& socket : open) {
            Dump rest(true);
            while (!rest.finished())
                rest.take(socket.receive(small_buffer));
            intact = intact && rest.verdict().error == 0 && rest.problem().empty();
        }
        tap.check(intact, "the dumps let in are whole", "an error or a disorder");
    }
    check_none_leaked(tap, peer);
    check_dump(tap, whole_dump(peer), "dump afterwards");
    return tap.exit_code();
}

// ---- malformed requests ----

enum class Words {
    wanted, // an extack message
    any,    // the core of generic netlink refuses, which is wordless in some kernels
};

struct Malformed {
    std::string name;
    Request request;
    int error;
    Words words = Words::wanted;
    std::string mentions = {};                     // what the message has to contain
    std::optional<uint32_t> length = std::nullopt; // to claim in the header
};

bool kernel_at_least(int major, int minor) {
    utsname names{};
    int has_major = 0;
    int has_minor = 0;
    if (uname(&names) != 0 || std::sscanf(names.release, "%d.%d", &has_major, &has_minor) != 2)
        throw std::runtime_error("cannot tell the kernel's version");
    return std::pair(has_major, has_minor) >= std::pair(major, minor);
}

// Its ABI: wrong, missing, foreign.
std::vector<Malformed> malformed_abi(const Peer& peer) {
    const uint32_t own = GHOSTMEM_ABI;
    const std::string named = "ABI " + std::to_string(GHOSTMEM_ABI);
    std::vector<Malformed> all;
    for (const auto& [word, command, flags] :
         {std::tuple{"status", GHOSTMEM_CMD_STATUS_GET, do_flags},
          std::tuple{"sites", GHOSTMEM_CMD_SITE_GET, dump_flags},
          std::tuple{"reset", GHOSTMEM_CMD_RESET, do_flags},
          std::tuple{"config", GHOSTMEM_CMD_CONFIG_SET, do_flags}}) {
        const std::string of = std::string(word) + ": ";
        const auto request = [&] { return peer.request(static_cast<uint8_t>(command), flags); };
        all.push_back({of + "no ABI", request(), EINVAL, Words::wanted, "ABI"});
        all.push_back(
            {of + "ABI of two bytes", request().put<uint16_t>(GHOSTMEM_A_ABI, 1), EINVAL});
        all.push_back(
            {of + "ABI of eight bytes", request().put<uint64_t>(GHOSTMEM_A_ABI, 1), EINVAL});
        all.push_back({of + "ABI that ends beyond the message",
                       request()
                           .attribute(GHOSTMEM_A_ABI, NLA_HDRLEN + sizeof(own), &own, 2)
                           .cut(NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + 2),
                       EINVAL});
        all.push_back({of + "ABI marked as nested",
                       request().put<uint32_t>(GHOSTMEM_A_ABI | NLA_F_NESTED, own), EINVAL});
        if (command == GHOSTMEM_CMD_STATUS_GET)
            continue;
        for (const uint32_t foreign : {0U, own + 1, 0xffffffffU}) {
            Request odd = request().abi(foreign);
            if (command == GHOSTMEM_CMD_CONFIG_SET)
                odd.nest(config_nest,
                         [](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0); });
            all.push_back(
                {of + "foreign ABI " + std::to_string(foreign), odd, EPROTO, Words::wanted, named});
        }
    }
    return all;
}

std::vector<Malformed> malformed_attributes(const Peer& peer) {
    const auto status = [&] { return peer.status_request(); };
    const auto reset = [&] { return peer.request(GHOSTMEM_CMD_RESET).abi(); };
    const auto sites = [&] { return peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags).abi(); };
    const auto fill_filter = [](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_MIN_PAGES, 1); };
    const auto fill_config = [](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0); };
    return {
        {"unknown attribute", reset().put<uint32_t>(GHOSTMEM_A_MAX + 1, 1), EINVAL},
        {"attribute of type 0", reset().put<uint32_t>(GHOSTMEM_A_UNSPEC, 1), EINVAL},
        {"attribute of the largest type", reset().put<uint32_t>(NLA_TYPE_MASK, 1), EINVAL},
        {"padding", reset().put<uint32_t>(GHOSTMEM_A_PAD, 1), EINVAL},
        {"reset with CONFIG", reset().nest(config_nest, fill_config), EINVAL},
        {"reset with FILTER", reset().nest(filter_nest, fill_filter), EINVAL},
        {"reset with VERSION", reset().put<uint32_t>(GHOSTMEM_A_VERSION, 'x'), EINVAL},
        {"status with FILTER", status().nest(filter_nest, fill_filter), EINVAL},
        {"status with STATUS", status().nest(GHOSTMEM_A_STATUS | NLA_F_NESTED, fill_filter),
         EINVAL},
        {"sites with CONFIG", sites().nest(config_nest, fill_config), EINVAL},
        {"sites with SITE", sites().nest(GHOSTMEM_A_SITE | NLA_F_NESTED, fill_filter), EINVAL},
        {"FILTER not marked as nested", sites().nest(GHOSTMEM_A_FILTER, fill_filter), EINVAL},
        {"three bytes after the last attribute", reset().raw("\xff\xff\xff", 3), EINVAL},
        {"an attribute of length 0 after the last", reset().attribute(0, 0, nullptr, 0), EINVAL},
        {"an attribute of length 3 after the last",
         reset().attribute(GHOSTMEM_A_ABI, 3, nullptr, 0), EINVAL},
    };
}

std::vector<Malformed> malformed_filter(const Peer& peer) {
    const auto sites = [&](const std::function<void(Request&)>& fill) {
        return peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags).abi().nest(filter_nest, fill);
    };
    const auto window = [&](uint64_t since, uint64_t until) {
        return sites([&](Request& in) {
            in.put<uint64_t>(GHOSTMEM_FILTER_A_SINCE_S, since);
            in.put<uint64_t>(GHOSTMEM_FILTER_A_UNTIL_S, until);
        });
    };
    return {
        {"FILTER: unknown attribute",
         sites([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_MAX + 1, 1); }), EINVAL},
        {"FILTER: MIN_PAGES of four bytes",
         sites([](Request& in) { in.put<uint32_t>(GHOSTMEM_FILTER_A_MIN_PAGES, 1); }), EINVAL},
        {"FILTER: garbage",
         sites([](Request& in) { in.raw("\xff\xff\xff\xff\xff\xff\xff\xff", 8); }), EINVAL},
        {"FILTER: two bytes", // less than any attribute
         peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags)
             .abi()
             .attribute(filter_nest, NLA_HDRLEN + 2, "\xff\xff", 2),
         ERANGE},
        {"FILTER: window of no length", window(5, 5), EINVAL, Words::wanted, "window"},
        {"FILTER: window backwards", window(6, 5), EINVAL, Words::wanted, "window"},
        {"FILTER: window that ends at 0",
         sites([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_UNTIL_S, 0); }), EINVAL,
         Words::wanted, "window"},
        {"FILTER: window that begins at the end of time",
         sites([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_SINCE_S, UINT64_MAX); }),
         EINVAL, Words::wanted, "window"},
    };
}

std::vector<Malformed> malformed_config(const Peer& peer) {
    const auto config = [&](const std::function<void(Request&)>& fill) {
        return peer.request(GHOSTMEM_CMD_CONFIG_SET).abi().nest(config_nest, fill);
    };
    const auto fill = [](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0); };
    const auto bare = [&] { return peer.request(GHOSTMEM_CMD_CONFIG_SET).abi(); };
    return {
        {"CONFIG: missing", bare(), EINVAL, Words::wanted, "CONFIG"},
        {"CONFIG: empty", config([](Request&) {}), EINVAL, Words::wanted, "MODE"},
        {"CONFIG: not marked as nested", bare().nest(GHOSTMEM_A_CONFIG, fill), EINVAL},
        {"CONFIG: with FILTER beside it", config(fill).nest(filter_nest, [](Request&) {}), EINVAL},
        {"CONFIG: unknown attribute beside a good one", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0);
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MAX + 1, 0);
         }),
         EINVAL},
        {"CONFIG: garbage after a good one", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0);
             in.raw("\x03\x00\x02\x00", 4);
         }),
         EINVAL},
        // The policy of ranges has an errno of its own.
        {"CONFIG: MODE 2", peer.mode_request(2), ERANGE},
        {"CONFIG: MODE 0xffffffff", peer.mode_request(0xffffffff), ERANGE},
        {"CONFIG: MODE of one byte",
         config([](Request& in) { in.put<uint8_t>(GHOSTMEM_CONFIG_A_MODE, 0); }), EINVAL},
        {"CONFIG: MODE of eight bytes",
         config([](Request& in) { in.put<uint64_t>(GHOSTMEM_CONFIG_A_MODE, 0); }), EINVAL},
        {"CONFIG: a good MODE, then a bad one", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0);
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 7);
         }),
         ERANGE},
    };
}

std::vector<Malformed> malformed_headers(const Peer& peer) {
    const int family = peer.family();
    const auto command = [&](int number, int flags) {
        return peer.request(static_cast<uint8_t>(number), flags).abi();
    };
    std::vector<Malformed> all{
        {"command 0", command(GHOSTMEM_CMD_UNSPEC, do_flags), EOPNOTSUPP, Words::any},
        {"command one too many", command(GHOSTMEM_CMD_MAX + 1, do_flags), EOPNOTSUPP, Words::any},
        {"command 255", command(255, do_flags), EOPNOTSUPP, Words::any},
        {"dump of a command one too many", command(GHOSTMEM_CMD_MAX + 1, dump_flags), EOPNOTSUPP,
         Words::any},
        {"sites without NLM_F_DUMP", command(GHOSTMEM_CMD_SITE_GET, do_flags), EOPNOTSUPP,
         Words::any},
        {"status as a dump", command(GHOSTMEM_CMD_STATUS_GET, dump_flags), EOPNOTSUPP, Words::any},
        {"reset as a dump", command(GHOSTMEM_CMD_RESET, dump_flags), EOPNOTSUPP, Words::any},
        {"a header and nothing else", command(GHOSTMEM_CMD_RESET, do_flags).cut(NLMSG_HDRLEN),
         EINVAL, Words::any},
        {"half a generic header", command(GHOSTMEM_CMD_RESET, do_flags).cut(NLMSG_HDRLEN + 2),
         EINVAL, Words::any},
        {"a good request that is claimed to be shorter than its header",
         command(GHOSTMEM_CMD_RESET, do_flags), EINVAL, Words::any, "", NLMSG_HDRLEN + 3},
    };
    // 9c5d03d36251 (6.1): new commands are strict there.
    if (kernel_at_least(6, 1)) {
        all.push_back({"reserved field of the generic header",
                       Request(family, GHOSTMEM_CMD_RESET, do_flags, 1, 1).abi(), EINVAL});
        all.push_back({"a flag that means nothing here",
                       command(GHOSTMEM_CMD_RESET, do_flags | 0x8000), EINVAL});
    }
    return all;
}

// Everything that may be wrong with a refusal, empty if nothing is.
std::string refusal_problem(const Malformed& test, const Verdict& verdict) {
    std::string problem;
    if (verdict.error != test.error)
        problem = "error " + name_of_errno(verdict.error) + ", want " + name_of_errno(test.error);
    else if (test.words == Words::wanted && verdict.extack.empty())
        problem = "no extack message";
    else if (verdict.extack.find(test.mentions) == std::string::npos)
        problem = "the message does not mention '" + test.mentions + "': " + verdict.extack;
    return problem;
}

void check_refusals(Tap& tap, const Peer& peer, const std::vector<Malformed>& tests) {
    for (const Malformed& test : tests) {
        const State before = peer.state();
        Socket socket;
        socket.send(test.request.bytes(), test.length);
        const Answer answer = answer_of(socket);
        std::string problem = refusal_problem(test, answer.verdict);
        const State after = peer.state();
        if (after != before)
            problem += (problem.empty() ? "" : "; ") + ("changed " + before.text() + " to ") +
                       after.text();
        if (!answer.messages.empty())
            problem += (problem.empty() ? "" : "; ") + std::string("data came before the refusal");
        tap.check(problem.empty(), "refused: " + test.name, problem);
    }
}

// The one answer that is frozen for ever.
void check_foreign_status(Tap& tap, const Peer& peer) {
    for (const uint32_t foreign : {0U, GHOSTMEM_ABI + 1U, 0xffffffffU}) {
        const std::string name = "status of foreign ABI " + std::to_string(foreign);
        Socket socket;
        const Answer answer = ask(socket, peer.request(GHOSTMEM_CMD_STATUS_GET).abi(foreign));
        if (answer.verdict.error != 0 || answer.messages.size() != 1) {
            tap.not_ok(name, "error " + name_of_errno(answer.verdict.error));
            continue;
        }
        const Attributes top = answer.messages.front().attributes();
        tap.check(value_of<uint32_t>(top, GHOSTMEM_A_ABI) == GHOSTMEM_ABI &&
                      top.contains(GHOSTMEM_A_VERSION) && top.size() == 2,
                  name + ": ABI and VERSION alone", std::to_string(top.size()) + " attributes");
    }
}

void check_tolerated(Tap& tap, const Peer& peer) {
    // The ABI attribute counts; generic netlink itself never looks at its own version.
    for (const int version : {0, 2, 255}) {
        Socket socket;
        const Answer answer = ask(socket, Request(peer.family(), GHOSTMEM_CMD_STATUS_GET, do_flags,
                                                  static_cast<uint8_t>(version))
                                              .abi());
        tap.check(answer.verdict.error == 0 && answer.messages.size() == 1,
                  "header version " + std::to_string(version) + " is not looked at",
                  name_of_errno(answer.verdict.error));
    }
    const State before = peer.state();
    Socket socket;
    // Without NLM_F_REQUEST it is no request: acknowledged, but not done.
    (void)ask(socket, peer.request(GHOSTMEM_CMD_RESET, NLM_F_ACK).abi());
    tap.check(peer.state() == before, "what is not marked as a request is not done",
              peer.state().text());
    const Request whole = peer.request(GHOSTMEM_CMD_RESET).abi();
    socket.send(whole.bytes(), 4096);
    socket.drain();
    tap.check(peer.state() == before, "what claims to be longer than it is is not done",
              peer.state().text());
}

// ---- fuzz ----

// Everything but the family's number may go wrong: other families are not under test.
void flip(Bytes& bytes, std::mt19937_64& random) {
    const auto below = [&](size_t limit) {
        return std::uniform_int_distribution<size_t>(0, limit - 1)(random);
    };
    const size_t flips = 1 + below(4);
    for (size_t i = 0; i < flips; ++i) {
        const size_t at = below(bytes.size());
        if (at == offsetof(nlmsghdr, nlmsg_type) || at == offsetof(nlmsghdr, nlmsg_type) + 1)
            continue;
        bytes[at] = below(4) == 0 ? static_cast<uint8_t>(random())
                                  : static_cast<uint8_t>(bytes[at] ^ (1U << below(8)));
    }
    if (below(8) == 0)
        bytes.resize(NLMSG_HDRLEN + below(bytes.size() - NLMSG_HDRLEN + 1));
    if (below(8) == 0)
        for (size_t i = 1 + below(40); i > 0; --i)
            bytes.push_back(static_cast<uint8_t>(random()));
    // Mostly the right length, for what lies behind that check.
    if (below(8) != 0) {
        const auto length = static_cast<uint32_t>(bytes.size());
        std::memcpy(bytes.data(), &length, sizeof(length));
    }
}

Request fuzz_seed(const Peer& peer, std::mt19937_64& random) {
    // Changing the mode attaches hooks, which takes long.
    const auto kind = random() % 50;
    if (kind < 1)
        return peer.mode_request(static_cast<uint32_t>(random() % 2));
    if (kind < 6)
        return peer.request(GHOSTMEM_CMD_RESET).abi();
    if (kind < 20)
        return peer.status_request();
    if (kind < 25)
        return peer.dump_request();
    return peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags)
        .abi()
        .nest(filter_nest, [&](Request& in) {
            in.put<uint64_t>(GHOSTMEM_FILTER_A_MIN_PAGES, 1U << 20);
            in.put<uint64_t>(GHOSTMEM_FILTER_A_SINCE_S, random() % 4);
            in.put<uint64_t>(GHOSTMEM_FILTER_A_UNTIL_S, 4 + random() % 4);
        });
}

void fuzz(Tap& tap, const Peer& peer, size_t count, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::map<int, size_t> verdicts;
    for (size_t i = 0; i < count; ++i) {
        Socket socket;
        Bytes bytes = fuzz_seed(peer, random).bytes();
        flip(bytes, random);
        socket.send_as_is(bytes);
        // The kernel has answered by now; what is no request has no answer.
        for (auto datagram = socket.receive(large_buffer, MSG_DONTWAIT); !datagram.empty();
             datagram = socket.receive(large_buffer, MSG_DONTWAIT)) {
            for (const Message& message : datagram) {
                if (message.ends())
                    ++verdicts[verdict_of(message).error];
            }
        }
    }
    const std::string name =
        std::to_string(count) + " flipped messages of seed " + std::to_string(seed);
    std::cout << "# " << name << ":";
    for (const auto& [error, times] : verdicts)
        std::cout << "  " << times << " x " << name_of_errno(error);
    std::cout << std::endl;
    tap.check(verdicts[0] > 0 && verdicts[EINVAL] > 0, name, "not all kinds of answers came");

    Socket socket;
    const Verdict armed = ask(socket, peer.mode_request(GHOSTMEM_MODE_EXACT)).verdict;
    tap.check(armed.error == 0 && peer.state().mode == GHOSTMEM_MODE_EXACT,
              "after them the mode can be set", name_of_errno(armed.error) + " " + armed.extack);
    check_dump(tap, whole_dump(peer), "dump after them");
}

int malformed(const Peer& peer, size_t fuzz_count, uint64_t seed) {
    Tap tap;
    for (const auto& make : {malformed_abi, malformed_attributes, malformed_filter,
                             malformed_config, malformed_headers})
        check_refusals(tap, peer, make(peer));
    check_foreign_status(tap, peer);
    check_tolerated(tap, peer);
    check_dump(tap, whole_dump(peer), "dump after all refusals");
    if (fuzz_count != 0)
        fuzz(tap, peer, fuzz_count, seed);
    return tap.exit_code();
}

// ---- command line ----

constexpr std::string_view usage_text =
    "usage: gmnl malformed [--fuzz N] [--seed N]\n"
    "       gmnl slow-dump [--pause-ms N] [--reset-in-between]\n"
    "       gmnl abandon-dump [--times N]\n"
    "       gmnl many-dumps N\n";

[[noreturn]] void usage(const std::string& problem) {
    std::cerr << "gmnl: " << problem << "\n" << usage_text;
    std::exit(2);
}

class Arguments {
  public:
    Arguments(int argc, char** argv) : words_(argv + 1, argv + argc) {}

    std::optional<std::string> next() {
        if (at_ == words_.size())
            return std::nullopt;
        return words_[at_++];
    }
    uint64_t number(const std::string& of) {
        const std::string text = next().value_or("");
        uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size())
            usage(of + ": '" + text + "' is no number");
        return value;
    }

  private:
    std::vector<std::string> words_;
    size_t at_ = 0;
};

int run(Arguments arguments) {
    const std::string word = arguments.next().value_or("");
    if (word == "many-dumps")
        return many_dumps(Peer(), arguments.number(word));

    uint64_t fuzz_count = 20000;
    uint64_t seed = 1;
    uint64_t times = 50;
    uint64_t pause_ms = 500;
    bool reset = false;
    while (const auto option = arguments.next()) {
        if (word == "malformed" && *option == "--fuzz")
            fuzz_count = arguments.number(*option);
        else if (word == "malformed" && *option == "--seed")
            seed = arguments.number(*option);
        else if (word == "slow-dump" && *option == "--pause-ms")
            pause_ms = arguments.number(*option);
        else if (word == "slow-dump" && *option == "--reset-in-between")
            reset = true;
        else if (word == "abandon-dump" && *option == "--times")
            times = arguments.number(*option);
        else
            usage("'" + *option + "' is not for '" + word + "'");
    }
    const std::chrono::milliseconds pause(pause_ms);
    if (word == "malformed")
        return malformed(Peer(), fuzz_count, seed);
    if (word == "slow-dump")
        return reset ? interrupted_dump(Peer(), pause) : slow_dump(Peer(), pause);
    if (word == "abandon-dump")
        return abandon_dump(Peer(), times);
    usage("unknown word '" + word + "'");
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(Arguments(argc, argv));
    } catch (const std::exception& error) {
        std::cout << "not ok - gmnl: " << error.what() << std::endl;
        return 1;
    }
}
