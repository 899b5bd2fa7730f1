#include "lib/genl/codec.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/msg.h>

#include "lib/base/error.h"
#include "lib/genl/attributes.h"
#include "lib/genl/codec_search.h"
#include "lib/genl/codec_sites.h"
#include "lib/genl/codec_sockets.h"
#include "lib/genl/codec_status.h"
#include "lib/genl/codec_zones.h"

namespace ghostmem {

namespace {

constexpr Policy<GHOSTMEM_A_MAX> top_policy = [] {
    Policy<GHOSTMEM_A_MAX> policy{};
    for (const int type : {GHOSTMEM_A_STATUS, GHOSTMEM_A_DUMP, GHOSTMEM_A_SITE,
                           GHOSTMEM_A_SITE_PAGES, GHOSTMEM_A_SITE_SKBS, GHOSTMEM_A_CENSUS,
                           GHOSTMEM_A_SOCKET, GHOSTMEM_A_PAGES, GHOSTMEM_A_ZONE, GHOSTMEM_A_SEARCH,
                           GHOSTMEM_A_RESULT, GHOSTMEM_A_HOLDER, GHOSTMEM_A_STRAY})
        policy[static_cast<size_t>(type)] = nest_policy;
    policy[GHOSTMEM_A_ABI] = u32_policy;
    policy[GHOSTMEM_A_VERSION] = string_policy;
    policy[GHOSTMEM_A_TOP] = u32_policy;
    return policy;
}();

void require_abi(const Attributes& top, const DecodeOptions& options) {
    const uint32_t abi = top.u32(GHOSTMEM_A_ABI);
    if (abi == GHOSTMEM_ABI)
        return;
    const std::string version = top.string_or_empty(GHOSTMEM_A_VERSION);
    throw Error(ErrorKind::wrong_abi,
                fmt::format("leakctl {} speaks ABI {}, the loaded ghostmem{}{} speaks ABI {}; "
                            "install the same version of both",
                            options.own_version, GHOSTMEM_ABI, version.empty() ? "" : " ", version,
                            abi));
}

void decode_status_reply(const Attributes& top, Reply& reply) {
    reply.status = decode_status(top.need(GHOSTMEM_A_STATUS));
    reply.status->abi = top.u32(GHOSTMEM_A_ABI);
    reply.status->version = top.string(GHOSTMEM_A_VERSION);
}

// The first message has neither PAGES nor ZONE; the second has PAGES, which begins the census.
void decode_zones(const Attributes& top, Reply& reply) {
    if (top.has(GHOSTMEM_A_PAGES))
        reply.pages = decode_pages_census(top.need(GHOSTMEM_A_PAGES));
    if (!top.has(GHOSTMEM_A_ZONE))
        return;
    if (!reply.pages)
        garbled("a zone of no census");
    reply.pages->zones.push_back(decode_zone(top.need(GHOSTMEM_A_ZONE)));
}

// A dump's first message describes the dump and has neither a site nor a socket.
void decode_sites(const Attributes& top, Reply& reply) {
    if (!top.has(GHOSTMEM_A_DUMP) || top.has(GHOSTMEM_A_SITE))
        reply.sites.push_back(
            decode_page_site(top.need(GHOSTMEM_A_SITE), top.need(GHOSTMEM_A_SITE_PAGES)));
}

void decode_skb_sites(const Attributes& top, Reply& reply) {
    if (!top.has(GHOSTMEM_A_DUMP) || top.has(GHOSTMEM_A_SITE))
        reply.sites.push_back(
            decode_skb_site(top.need(GHOSTMEM_A_SITE), top.need(GHOSTMEM_A_SITE_SKBS)));
}

void decode_sockets(const Attributes& top, Reply& reply) {
    const bool socket = top.has(GHOSTMEM_A_SOCKET);
    if (!socket && top.has(GHOSTMEM_A_CENSUS))
        reply.census = decode_census(top.need(GHOSTMEM_A_CENSUS));
    else if (socket || !top.has(GHOSTMEM_A_TOP))
        reply.sockets.push_back(decode_socket(top.need(GHOSTMEM_A_SOCKET)));
}

void decode_search_reply(const Attributes& top, Reply& reply) {
    reply.search = decode_search(top.need(GHOSTMEM_A_SEARCH));
}

// The first message has RESULT, each other one a row.
void decode_search_result(const Attributes& top, Reply& reply) {
    if (top.has(GHOSTMEM_A_RESULT)) {
        reply.result = decode_result(top.need(GHOSTMEM_A_RESULT));
        return;
    }
    if (!reply.result)
        garbled("a row of no result");
    if (top.has(GHOSTMEM_A_STRAY))
        reply.result->strays.push_back(decode_stray(top.need(GHOSTMEM_A_STRAY)));
    else
        reply.result->rows.push_back(decode_holder(top.need(GHOSTMEM_A_HOLDER)));
}

struct Operation {
    int command;
    void (*decode)(const Attributes& top, Reply& reply);
};

constexpr std::array operations{
    Operation{GHOSTMEM_CMD_STATUS_GET, decode_status_reply},
    Operation{GHOSTMEM_CMD_SITE_GET, decode_sites},
    Operation{GHOSTMEM_CMD_SKB_GET, decode_skb_sites},
    Operation{GHOSTMEM_CMD_SOCKET_GET, decode_sockets},
    Operation{GHOSTMEM_CMD_ZONE_GET, decode_zones},
    Operation{GHOSTMEM_CMD_HOLDERS_STATUS, decode_search_reply},
    Operation{GHOSTMEM_CMD_HOLDERS_GET, decode_search_result},
};

void decode_operation(nlmsghdr* message, Reply& reply, const DecodeOptions& options) {
    if (nlmsg_datalen(message) < static_cast<int>(GENL_HDRLEN))
        garbled("a message without its header");
    const int command = static_cast<genlmsghdr*>(nlmsg_data(message))->cmd;
    const auto* operation = std::ranges::find(operations, command, &Operation::command);
    if (operation == operations.end())
        return;
    const Attributes top("message", nlmsg_attrdata(message, GENL_HDRLEN),
                         nlmsg_attrlen(message, GENL_HDRLEN), top_policy);
    require_abi(top, options);
    operation->decode(top, reply);
}

// The extack attributes are at the end of the payload, from `offset` on.
std::string extack_message(nlmsghdr* message, size_t offset) {
    const auto datalen = static_cast<size_t>(nlmsg_datalen(message));
    if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0 || offset > datalen)
        return {};
    auto* head = reinterpret_cast<nlattr*>(static_cast<char*>(nlmsg_data(message)) + offset);
    std::string text;
    walk(head, static_cast<int>(datalen - offset), [&](nlattr* at) {
        if (nla_type(at) != NLMSGERR_ATTR_MSG)
            return;
        const auto* begin = static_cast<const char*>(nla_data(at));
        text.assign(begin, std::find(begin, begin + nla_len(at), '\0'));
    });
    return printable(text);
}

void decode_error(nlmsghdr* message, Reply& reply) {
    if (nlmsg_datalen(message) < static_cast<int>(sizeof(nlmsgerr)))
        garbled("an error message cut short");
    const auto* error = static_cast<nlmsgerr*>(nlmsg_data(message));
    reply.finished = true;
    if (error->error == 0)
        return;
    // The request comes before the attributes; if it was capped, only its header.
    size_t offset = sizeof(nlmsgerr);
    if ((message->nlmsg_flags & NLM_F_CAPPED) == 0 && error->msg.nlmsg_len >= sizeof(nlmsghdr))
        offset += NLMSG_ALIGN(error->msg.nlmsg_len - sizeof(nlmsghdr));
    reply.fault =
        Fault{error->error < 0 ? -error->error : error->error, extack_message(message, offset)};
}

void decode_done(nlmsghdr* message, Reply& reply) {
    reply.finished = true;
    if (nlmsg_datalen(message) < static_cast<int>(sizeof(int)))
        return;
    const int error = *static_cast<int*>(nlmsg_data(message));
    if (error < 0)
        reply.fault = Fault{-error, extack_message(message, sizeof(int))};
}

} // namespace

void decode(std::span<const std::byte> bytes, Reply& reply, const DecodeOptions& options) {
    // libnl's parsers take no const pointer, but nothing here writes.
    auto* message = reinterpret_cast<nlmsghdr*>(const_cast<std::byte*>(bytes.data()));
    int rest = static_cast<int>(bytes.size());
    for (; nlmsg_ok(message, rest); message = nlmsg_next(message, &rest)) {
        if (options.sequence && message->nlmsg_seq != *options.sequence)
            continue;
        if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
            reply.interrupted = true;
        if (message->nlmsg_type == NLMSG_ERROR)
            decode_error(message, reply);
        else if (message->nlmsg_type == NLMSG_DONE)
            decode_done(message, reply);
        else if (message->nlmsg_type >= NLMSG_MIN_TYPE)
            decode_operation(message, reply, options);
    }
    if (rest > 0)
        garbled("a message cut short");
}

} // namespace ghostmem
