#include "lib/genl/codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/msg.h>

#include "lib/base/error.h"
#include "lib/genl/attributes.h"
#include "lib/genl/codec_lost.h"
#include "lib/genl/codec_skbs.h"
#include "lib/genl/codec_sockets.h"
#include "lib/genl/codec_zones.h"

namespace ghostmem {

namespace {

constexpr Policy<GHOSTMEM_A_MAX> top_policy = [] {
    Policy<GHOSTMEM_A_MAX> policy{};
    policy[GHOSTMEM_A_ABI] = u32_policy;
    policy[GHOSTMEM_A_VERSION] = string_policy;
    policy[GHOSTMEM_A_STATUS] = nest_policy;
    policy[GHOSTMEM_A_SITE] = nest_policy;
    policy[GHOSTMEM_A_CENSUS] = nest_policy;
    policy[GHOSTMEM_A_TOP] = u32_policy;
    policy[GHOSTMEM_A_SOCKET] = nest_policy;
    policy[GHOSTMEM_A_PAGES] = nest_policy;
    policy[GHOSTMEM_A_ZONE] = nest_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_STATUS_A_MAX> status_policy = [] {
    Policy<GHOSTMEM_STATUS_A_MAX> policy{};
    for (const int type :
         {GHOSTMEM_STATUS_A_MODE, GHOSTMEM_STATUS_A_GENERATION, GHOSTMEM_STATUS_A_PAGE_SIZE,
          GHOSTMEM_STATUS_A_SITES, GHOSTMEM_STATUS_A_SITES_MAX, GHOSTMEM_STATUS_A_BUDGET_PPM,
          GHOSTMEM_STATUS_A_COST_PPM, GHOSTMEM_STATUS_A_PAIR_NS, GHOSTMEM_STATUS_A_CHANGE})
        policy[static_cast<size_t>(type)] = u32_policy;
    for (const int type :
         {GHOSTMEM_STATUS_A_CLOCK_S, GHOSTMEM_STATUS_A_ARMED_S, GHOSTMEM_STATUS_A_LIVE_PAGES,
          GHOSTMEM_STATUS_A_ALLOCS, GHOSTMEM_STATUS_A_FREES, GHOSTMEM_STATUS_A_FREES_UNKNOWN_PAGES,
          GHOSTMEM_STATUS_A_MAP_BYTES, GHOSTMEM_STATUS_A_SITES_BYTES,
          GHOSTMEM_STATUS_A_STACKS_UNWOUND, GHOSTMEM_STATUS_A_STACKS_VERIFIED})
        policy[static_cast<size_t>(type)] = u64_policy;
    for (const int type : {GHOSTMEM_STATUS_A_LEVEL, GHOSTMEM_STATUS_A_LEVEL_MIN})
        policy[static_cast<size_t>(type)] = u8_policy;
    policy[GHOSTMEM_STATUS_A_LOST] = nest_policy;
    policy[GHOSTMEM_STATUS_A_HOOKS] = nest_policy;
    policy[GHOSTMEM_STATUS_A_DISABLED_REASON] = string_policy;
    policy[GHOSTMEM_STATUS_A_SKB] = nest_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_HOOK_A_MAX> hook_policy = [] {
    Policy<GHOSTMEM_HOOK_A_MAX> policy{};
    policy[GHOSTMEM_HOOK_A_NAME] = string_policy;
    policy[GHOSTMEM_HOOK_A_TARGET] = string_policy;
    policy[GHOSTMEM_HOOK_A_KIND] = u32_policy;
    policy[GHOSTMEM_HOOK_A_STATE] = u32_policy;
    policy[GHOSTMEM_HOOK_A_NEEDED] = flag_policy;
    policy[GHOSTMEM_HOOK_A_CONSEQUENCE] = string_policy;
    policy[GHOSTMEM_HOOK_A_EVENTS] = u64_policy;
    policy[GHOSTMEM_HOOK_A_MISSED] = u64_policy;
    policy[GHOSTMEM_HOOK_A_DEAF] = flag_policy;
    policy[GHOSTMEM_HOOK_A_DEAF_S] = u64_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_SITE_A_MAX> site_policy = [] {
    Policy<GHOSTMEM_SITE_A_MAX> policy{};
    for (const int type : {GHOSTMEM_SITE_A_ID, GHOSTMEM_SITE_A_ORDER, GHOSTMEM_SITE_A_FLAGS,
                           GHOSTMEM_SITE_A_OLDEST_PID})
        policy[static_cast<size_t>(type)] = u32_policy;
    for (const int type :
         {GHOSTMEM_SITE_A_LIVE_PAGES, GHOSTMEM_SITE_A_ALLOCS, GHOSTMEM_SITE_A_FREES,
          GHOSTMEM_SITE_A_ALLOC_PAGES, GHOSTMEM_SITE_A_FREE_PAGES, GHOSTMEM_SITE_A_OLDEST_S,
          GHOSTMEM_SITE_A_WINDOW_PAGES})
        policy[static_cast<size_t>(type)] = u64_policy;
    policy[GHOSTMEM_SITE_A_LEVEL] = u8_policy;
    policy[GHOSTMEM_SITE_A_AGES] = {NLA_UNSPEC, sizeof(Ages), sizeof(Ages)};
    policy[GHOSTMEM_SITE_A_FRAMES] = nest_policy;
    policy[GHOSTMEM_SITE_A_TRENDS] = nest_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_TREND_A_MAX> trend_policy = [] {
    Policy<GHOSTMEM_TREND_A_MAX> policy{};
    policy[GHOSTMEM_TREND_A_SPAN_S] = u32_policy;
    for (const int type : {GHOSTMEM_TREND_A_FLOOR_PAGES, GHOSTMEM_TREND_A_BEFORE_PAGES,
                           GHOSTMEM_TREND_A_FLOOR_SKBS, GHOSTMEM_TREND_A_BEFORE_SKBS})
        policy[static_cast<size_t>(type)] = u64_policy;
    return policy;
}();

constexpr Policy<GHOSTMEM_FRAME_A_MAX> frame_policy = [] {
    Policy<GHOSTMEM_FRAME_A_MAX> policy{};
    policy[GHOSTMEM_FRAME_A_SYMBOL] = string_policy;
    policy[GHOSTMEM_FRAME_A_OFFSET] = u32_policy;
    policy[GHOSTMEM_FRAME_A_SIZE] = u32_policy;
    policy[GHOSTMEM_FRAME_A_MODULE] = string_policy;
    policy[GHOSTMEM_FRAME_A_STATE] = u32_policy;
    policy[GHOSTMEM_FRAME_A_SRCVERSION] = string_policy;
    return policy;
}();

Hook decode_hook(nlattr* nest) {
    const Attributes in("hook", nest, hook_policy);
    Hook hook;
    hook.name = in.string(GHOSTMEM_HOOK_A_NAME);
    hook.target = in.string_or_empty(GHOSTMEM_HOOK_A_TARGET);
    hook.kind = in.enumeration<HookKind>(GHOSTMEM_HOOK_A_KIND, __GHOSTMEM_HOOK_KIND_MAX);
    hook.state = in.enumeration<HookState>(GHOSTMEM_HOOK_A_STATE, __GHOSTMEM_HOOK_STATE_MAX);
    hook.needed = in.has(GHOSTMEM_HOOK_A_NEEDED);
    hook.consequence = in.string(GHOSTMEM_HOOK_A_CONSEQUENCE);
    hook.events = in.u64(GHOSTMEM_HOOK_A_EVENTS);
    hook.missed = in.u64(GHOSTMEM_HOOK_A_MISSED);
    if (in.has(GHOSTMEM_HOOK_A_DEAF))
        hook.state = HookState::deaf;
    if (in.has(GHOSTMEM_HOOK_A_DEAF_S))
        hook.deaf_s = in.u64(GHOSTMEM_HOOK_A_DEAF_S);
    return hook;
}

void decode_cost(const Attributes& in, Status& status) {
    if (in.has(GHOSTMEM_STATUS_A_LEVEL))
        status.level = in.level(GHOSTMEM_STATUS_A_LEVEL);
    status.level_min = in.level(GHOSTMEM_STATUS_A_LEVEL_MIN);
    status.budget_ppm = in.u32(GHOSTMEM_STATUS_A_BUDGET_PPM);
    status.cost_ppm = in.u32(GHOSTMEM_STATUS_A_COST_PPM);
    status.pair_ns = in.u32(GHOSTMEM_STATUS_A_PAIR_NS);
}

Status decode_status(nlattr* nest) {
    const Attributes in("status", nest, status_policy);
    Status status;
    status.mode = in.enumeration<Mode>(GHOSTMEM_STATUS_A_MODE, __GHOSTMEM_MODE_MAX);
    if (in.has(GHOSTMEM_STATUS_A_CHANGE))
        status.change = in.enumeration<Change>(GHOSTMEM_STATUS_A_CHANGE, __GHOSTMEM_CHANGE_MAX);
    status.clock_s = in.u64(GHOSTMEM_STATUS_A_CLOCK_S);
    status.armed_s = in.u64(GHOSTMEM_STATUS_A_ARMED_S);
    status.generation = in.u32(GHOSTMEM_STATUS_A_GENERATION);
    status.page_size = in.u32(GHOSTMEM_STATUS_A_PAGE_SIZE);
    if (!std::has_single_bit(status.page_size))
        garbled(fmt::format("a page size of {} bytes", status.page_size));
    status.live_pages = in.u64(GHOSTMEM_STATUS_A_LIVE_PAGES);
    status.allocs = in.u64(GHOSTMEM_STATUS_A_ALLOCS);
    status.frees = in.u64(GHOSTMEM_STATUS_A_FREES);
    status.frees_unknown_pages = in.u64(GHOSTMEM_STATUS_A_FREES_UNKNOWN_PAGES);
    status.sites = in.u32(GHOSTMEM_STATUS_A_SITES);
    status.sites_max = in.u32(GHOSTMEM_STATUS_A_SITES_MAX);
    status.map_bytes = in.u64(GHOSTMEM_STATUS_A_MAP_BYTES);
    status.sites_bytes = in.u64(GHOSTMEM_STATUS_A_SITES_BYTES);
    status.stacks_unwound = in.u64(GHOSTMEM_STATUS_A_STACKS_UNWOUND);
    status.stacks_verified = in.u64(GHOSTMEM_STATUS_A_STACKS_VERIFIED);
    decode_cost(in, status);
    if (in.has(GHOSTMEM_STATUS_A_DISABLED_REASON))
        status.disabled_reason = in.string(GHOSTMEM_STATUS_A_DISABLED_REASON);
    if (in.has(GHOSTMEM_STATUS_A_SKB))
        status.skb = decode_skb_status(in.need(GHOSTMEM_STATUS_A_SKB));
    in.each(GHOSTMEM_STATUS_A_LOST, GHOSTMEM_STATUS_A_LOST_ENTRY,
            [&](nlattr* entry) { status.lost.push_back(decode_lost(entry)); });
    in.each(GHOSTMEM_STATUS_A_HOOKS, GHOSTMEM_STATUS_A_HOOK_ENTRY,
            [&](nlattr* entry) { status.hooks.push_back(decode_hook(entry)); });
    return status;
}

Frame decode_frame(nlattr* nest) {
    const Attributes in("frame", nest, frame_policy);
    Frame frame;
    frame.symbol = in.string_or_empty(GHOSTMEM_FRAME_A_SYMBOL);
    // Without a symbol there is nothing to be an offset into.
    if (!frame.symbol.empty()) {
        frame.offset = in.u32(GHOSTMEM_FRAME_A_OFFSET);
        frame.size = in.has(GHOSTMEM_FRAME_A_SIZE) ? in.u32(GHOSTMEM_FRAME_A_SIZE) : 0;
    }
    frame.module = in.string_or_empty(GHOSTMEM_FRAME_A_MODULE);
    frame.state = in.enumeration<CodeState>(GHOSTMEM_FRAME_A_STATE, __GHOSTMEM_CODE_STATE_MAX);
    frame.srcversion = in.string_or_empty(GHOSTMEM_FRAME_A_SRCVERSION);
    return frame;
}

Trend decode_trend(nlattr* nest, bool of_skbs) {
    const Attributes in("trend", nest, trend_policy);
    const Trend trend{
        in.u32(GHOSTMEM_TREND_A_SPAN_S),
        in.u64(of_skbs ? GHOSTMEM_TREND_A_FLOOR_SKBS : GHOSTMEM_TREND_A_FLOOR_PAGES),
        in.u64(of_skbs ? GHOSTMEM_TREND_A_BEFORE_SKBS : GHOSTMEM_TREND_A_BEFORE_PAGES)};
    // Growth is divided by it.
    if (trend.span_s == 0)
        garbled("a trend of no time");
    return trend;
}

void decode_pages(const Attributes& in, Site& site) {
    site.order = in.u32(GHOSTMEM_SITE_A_ORDER);
    if (in.has(GHOSTMEM_SITE_A_LEVEL))
        site.level = in.level(GHOSTMEM_SITE_A_LEVEL);
    site.live_pages = in.u64(GHOSTMEM_SITE_A_LIVE_PAGES);
    site.alloc_pages = in.u64(GHOSTMEM_SITE_A_ALLOC_PAGES);
    site.free_pages = in.u64(GHOSTMEM_SITE_A_FREE_PAGES);
    if (in.has(GHOSTMEM_SITE_A_WINDOW_PAGES))
        site.window_pages = in.u64(GHOSTMEM_SITE_A_WINDOW_PAGES);
}

Site decode_site(nlattr* nest, int command) {
    const Attributes in("site", nest, site_policy);
    Site site;
    site.slot = in.u32(GHOSTMEM_SITE_A_ID);
    site.flags = in.u32(GHOSTMEM_SITE_A_FLAGS);
    site.allocs = in.u64(GHOSTMEM_SITE_A_ALLOCS);
    site.frees = in.u64(GHOSTMEM_SITE_A_FREES);
    if (command == GHOSTMEM_CMD_SKB_GET)
        site.skb = decode_skb_site(nest);
    else
        decode_pages(in, site);
    if (in.has(GHOSTMEM_SITE_A_OLDEST_S))
        site.oldest_s = in.u64(GHOSTMEM_SITE_A_OLDEST_S);
    if (in.has(GHOSTMEM_SITE_A_OLDEST_PID))
        site.oldest_pid = in.u32(GHOSTMEM_SITE_A_OLDEST_PID);
    if (in.has(GHOSTMEM_SITE_A_AGES))
        std::memcpy(site.ages.emplace().data(), nla_data(in.need(GHOSTMEM_SITE_A_AGES)),
                    sizeof(Ages));
    in.each(GHOSTMEM_SITE_A_TRENDS, GHOSTMEM_SITE_A_TREND, [&](nlattr* trend) {
        site.trends.push_back(decode_trend(trend, site.skb.has_value()));
    });
    in.each(GHOSTMEM_SITE_A_FRAMES, GHOSTMEM_SITE_A_FRAME,
            [&](nlattr* frame) { site.frames.push_back(decode_frame(frame)); });
    return site;
}

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

Status decode_status_reply(const Attributes& top) {
    Status status = decode_status(top.need(GHOSTMEM_A_STATUS));
    status.abi = top.u32(GHOSTMEM_A_ABI);
    status.version = top.string(GHOSTMEM_A_VERSION);
    return status;
}

// The first message has neither, the second begins the census.
void decode_zones(const Attributes& top, Reply& reply) {
    if (top.has(GHOSTMEM_A_PAGES))
        reply.pages = decode_pages_census(top.need(GHOSTMEM_A_PAGES));
    if (!top.has(GHOSTMEM_A_ZONE))
        return;
    if (!reply.pages)
        garbled("a zone of no census");
    reply.pages->zones.push_back(decode_zone(top.need(GHOSTMEM_A_ZONE)));
}

void decode_operation(nlmsghdr* message, Reply& reply, const DecodeOptions& options) {
    if (nlmsg_datalen(message) < static_cast<int>(GENL_HDRLEN))
        garbled("a message without its header");
    const int command = static_cast<genlmsghdr*>(nlmsg_data(message))->cmd;
    if (command != GHOSTMEM_CMD_STATUS_GET && command != GHOSTMEM_CMD_SITE_GET &&
        command != GHOSTMEM_CMD_SKB_GET && command != GHOSTMEM_CMD_SOCKET_GET &&
        command != GHOSTMEM_CMD_ZONE_GET)
        return;
    const Attributes top("message", nlmsg_attrdata(message, GENL_HDRLEN),
                         nlmsg_attrlen(message, GENL_HDRLEN), top_policy);
    require_abi(top, options);
    // A dump's first message says what it is about and has neither site nor socket.
    if (command == GHOSTMEM_CMD_STATUS_GET) {
        reply.status = decode_status_reply(top);
    } else if (command == GHOSTMEM_CMD_ZONE_GET) {
        decode_zones(top, reply);
    } else if (command != GHOSTMEM_CMD_SOCKET_GET) {
        if (!top.has(GHOSTMEM_A_STATUS) || top.has(GHOSTMEM_A_SITE))
            reply.sites.push_back(decode_site(top.need(GHOSTMEM_A_SITE), command));
    } else if (top.has(GHOSTMEM_A_CENSUS) && !top.has(GHOSTMEM_A_SOCKET)) {
        reply.census = decode_census(top.need(GHOSTMEM_A_CENSUS));
    } else if (!top.has(GHOSTMEM_A_TOP) || top.has(GHOSTMEM_A_SOCKET)) {
        reply.sockets.push_back(decode_socket(top.need(GHOSTMEM_A_SOCKET)));
    }
}

// The extack attributes stand at the end, from `offset` of the payload.
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
    // The request stands between, only its header where it was capped.
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
    // libnl's parsers take no const; nothing here writes.
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
