#include "lib/genl/client.h"

#include <bit>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "lib/base/error.h"
#include "lib/genl/codec.h"
#include "lib/genl/connection.h"
#include "lib/genl/message.h"

namespace ghostmem {

namespace {

constexpr int dump_attempts = 5;

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

} // namespace

// Parts of an error message: what interrupts a dump, and what to do then.
struct GenlClient::DumpTrouble {
    const char* what;
    const char* next;
};

GenlClient::GenlClient(std::filesystem::path root, std::optional<std::filesystem::path> capture)
    : root_(std::move(root)), capture_(std::move(capture)) {}

GenlClient::~GenlClient() = default;

Connection& GenlClient::connection() {
    if (!connection_)
        connection_ = std::make_unique<Connection>(root_, capture_);
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
    return std::move(reply.sites);
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

void GenlClient::start_search() {
    check_abi();
    Connection& link = connection();
    link.exchange(link.request(GHOSTMEM_CMD_HOLDERS_START, NLM_F_REQUEST | NLM_F_ACK));
}

void GenlClient::stop_search() {
    check_abi();
    Connection& link = connection();
    link.exchange(link.request(GHOSTMEM_CMD_HOLDERS_STOP, NLM_F_REQUEST | NLM_F_ACK));
}

SearchState GenlClient::search() {
    check_abi();
    Connection& link = connection();
    Reply reply =
        link.exchange(link.request(GHOSTMEM_CMD_HOLDERS_STATUS, NLM_F_REQUEST | NLM_F_ACK));
    if (!reply.search)
        io_error("the module acknowledged a request for the search without answering it");
    return std::move(*reply.search);
}

std::optional<SearchResult> GenlClient::search_result() {
    try {
        Reply reply = dump(GHOSTMEM_CMD_HOLDERS_GET, {"the result was cut short", "try again"},
                           [](nl_msg*) {});
        if (!reply.result)
            io_error("the module ended the result of a search without having begun it");
        return std::move(reply.result);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::no_result)
            return std::nullopt;
        throw;
    }
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
