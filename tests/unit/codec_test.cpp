// Tests decode() with valid answers, errors, and malformed answers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>

#include "lib/base/error.h"
#include "support/captures.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::HasSubstr;

std::string status_message(const Attrs& status, uint32_t abi = GHOSTMEM_ABI) {
    return operation(
        GHOSTMEM_CMD_STATUS_GET,
        top_attrs(abi).string(GHOSTMEM_A_VERSION, "0.1.0").nest(GHOSTMEM_A_STATUS, status));
}

// The part of the protocol that is the same in all versions of the module and leakctl: a request
// for status, and ABI and VERSION in its answer. The numbers are written out because a constant
// that is inserted before them would change them silently.
TEST(Codec, FrozenNumbers) {
    EXPECT_EQ(int{GHOSTMEM_CMD_STATUS_GET}, 1);
    EXPECT_EQ(int{GHOSTMEM_A_ABI}, 2);
    EXPECT_EQ(int{GHOSTMEM_A_VERSION}, 3);
    EXPECT_STREQ(GHOSTMEM_GENL_NAME, "ghostmem");
}

TEST(Codec, DecodesStatus) {
    const Reply reply = decode_all(status_capture());
    EXPECT_TRUE(reply.finished);
    EXPECT_FALSE(reply.fault);
    ASSERT_TRUE(reply.status);
    const Status& status = *reply.status;
    EXPECT_EQ(status.abi, uint32_t{GHOSTMEM_ABI});
    EXPECT_EQ(status.version, "0.1.0");
    EXPECT_EQ(status.mode, Mode::exact);
    EXPECT_EQ(status.clock_s, 3601U);
    EXPECT_EQ(status.generation, 2U);
    EXPECT_EQ(status.page_size, 4096U);
    EXPECT_EQ(status.frees_unknown_pages, 1234U);
    EXPECT_EQ(status.map_bytes, 1U << 20);
    EXPECT_EQ(status.sites_bytes, 1U << 21);
    EXPECT_EQ(status.stacks_unwound, 77U);
    EXPECT_EQ(status.stacks_verified, 78U);
    EXPECT_FALSE(status.level);
    EXPECT_EQ(status.level_min, 7U);
    EXPECT_EQ(status.budget_ppm, 10000U);
    EXPECT_EQ(status.cost_ppm, 321U);
    EXPECT_EQ(status.pair_ns, 90U);
    EXPECT_FALSE(status.disabled_reason);
    EXPECT_FALSE(status.change);
    ASSERT_EQ(status.lost.size(), 1U);
    EXPECT_EQ(status.lost[0].name, "recursion");
    EXPECT_EQ(status.lost[0].count, 3U);
    ASSERT_EQ(status.hooks.size(), 3U);
    EXPECT_EQ(status.hooks[0].target, "mm_page_alloc");
    EXPECT_TRUE(status.hooks[0].needed);
    EXPECT_EQ(status.hooks[1].state, HookState::missing);
    EXPECT_EQ(status.hooks[1].target, "");
    EXPECT_FALSE(status.hooks[1].needed);
    EXPECT_EQ(status.hooks[2].state, HookState::absent);
}

TEST(Codec, DecodesSites) {
    const Reply reply = decode_all(sites_capture());
    EXPECT_TRUE(reply.finished);
    EXPECT_FALSE(reply.interrupted);
    ASSERT_EQ(reply.sites.size(), 3U);
    EXPECT_EQ(reply.sites[0].flags, GHOSTMEM_SITE_F_OTHER);
    EXPECT_TRUE(reply.sites[0].frames.empty());
    const Site& lab = reply.sites[1];
    EXPECT_EQ(lab.slot, 2U);
    EXPECT_EQ(lab.order, 3U);
    EXPECT_EQ(lab.live_pages, 256U);
    EXPECT_EQ(lab.oldest_s, 725U);
    EXPECT_EQ(lab.oldest_pid, 4321U);
    EXPECT_FALSE(lab.window_pages);
    ASSERT_EQ(lab.frames.size(), 3U);
    EXPECT_EQ(describe(lab.frames[1]), "lab_probe+0x5c/0x100 [lab, unloaded]");
    EXPECT_EQ(lab.frames[1].srcversion, "0123456789ABCDEF0123456");
    EXPECT_EQ(lab.frames[2].srcversion, "");
    EXPECT_EQ(lab.ages, (Ages{1, 5, 50, 200, 0, 0}));
    ASSERT_EQ(lab.trends.size(), 2U);
    EXPECT_EQ(lab.trends[0].span_s, 10U);
    EXPECT_EQ(lab.trends[0].floor_pages, 256U);
    EXPECT_EQ(lab.trends[0].before_pages, 128U);
    EXPECT_EQ(lab.trends[1].span_s, 601U);
    EXPECT_FALSE(reply.sites[0].ages);
    EXPECT_TRUE(reply.sites[0].trends.empty());
    EXPECT_EQ(describe(reply.sites[2].frames[3]), "(no symbol) [kvm]");
}

TEST(Codec, TakesOptionalAttributesWhenThere) {
    const Reply site =
        decode_all(site_message(site_attrs(9), site_pages_attrs()
                                                   .u64(GHOSTMEM_SITE_PAGES_A_WINDOW_PAGES, 17)
                                                   .u8(GHOSTMEM_SITE_PAGES_A_LEVEL, 7)));
    EXPECT_EQ(site.sites.at(0).window_pages, 17U);
    EXPECT_EQ(site.sites.at(0).level, 7U);
    const Reply status =
        decode_all(status_message(status_attrs()
                                      .string(GHOSTMEM_STATUS_A_DISABLED_REASON, "map is torn")
                                      .u32(GHOSTMEM_STATUS_A_CHANGE, GHOSTMEM_CHANGE_ARMING)));
    EXPECT_EQ(status.status->disabled_reason, "map is torn");
    EXPECT_EQ(status.status->change, Change::arming);
}

TEST(Codec, AHookIsDeafOrWas) {
    const auto decoded = [](uint32_t state) {
        const Attrs hook = Attrs()
                               .string(GHOSTMEM_HOOK_A_NAME, "alloc_bulk")
                               .u32(GHOSTMEM_HOOK_A_KIND, GHOSTMEM_HOOK_KRETPROBE)
                               .u32(GHOSTMEM_HOOK_A_STATE, state)
                               .string(GHOSTMEM_HOOK_A_CONSEQUENCE, "bulk allocations are not seen")
                               .u64(GHOSTMEM_HOOK_A_EVENTS, 1)
                               .u64(GHOSTMEM_HOOK_A_MISSED, 0)
                               .u64(GHOSTMEM_HOOK_A_DEAF_S, 12);
        const Reply reply =
            decode_all(status_message(status_attrs().nest(GHOSTMEM_STATUS_A_HOOK, hook)));
        return reply.status->hooks.back();
    };
    const Hook was = decoded(GHOSTMEM_HOOK_ATTACHED);
    EXPECT_EQ(was.state, HookState::attached);
    EXPECT_EQ(was.deaf_s, 12U);
    const Hook is = decoded(GHOSTMEM_HOOK_DEAF);
    EXPECT_EQ(is.state, HookState::deaf);
    EXPECT_EQ(is.deaf_s, 12U);
}

TEST(Codec, LeavesOutWhatItDoesNotKnow) {
    Attrs newer = status_attrs();
    newer.u64(GHOSTMEM_STATUS_A_MAX + 1, 1).string(GHOSTMEM_STATUS_A_MAX + 40, "later");
    newer.raw(GHOSTMEM_STATUS_A_PAD, "");
    Attrs top = top_attrs().string(GHOSTMEM_A_VERSION, "0.1.0").nest(GHOSTMEM_A_STATUS, newer);
    top.u32(GHOSTMEM_A_MAX + 3, 9);
    EXPECT_TRUE(decode_all(operation(GHOSTMEM_CMD_STATUS_GET, top)).status);
    EXPECT_FALSE(decode_all(operation(GHOSTMEM_CMD_MAX + 1, Attrs())).status);
}

TEST(Codec, TellsOperationsByCommandNotByFamily) {
    MessageHead head;
    head.type = 0x4242;
    const Attrs reply =
        top_attrs().string(GHOSTMEM_A_VERSION, "0.1.0").nest(GHOSTMEM_A_STATUS, status_attrs());
    EXPECT_TRUE(decode_all(operation(GHOSTMEM_CMD_STATUS_GET, reply, head)).status);
}

TEST(Codec, ADumpsFirstMessageHasNoSite) {
    const Attrs about = Attrs().u32(GHOSTMEM_DUMP_A_GENERATION, 7);
    const Reply reply =
        decode_all(operation(GHOSTMEM_CMD_SITE_GET, top_attrs().nest(GHOSTMEM_A_DUMP, about)) +
                   site_message(site_attrs(5)));
    EXPECT_FALSE(reply.status);
    EXPECT_EQ(reply.sites.size(), 1U);
}

TEST(Codec, AMessageWithBothIsASite) {
    const Reply reply =
        decode_all(operation(GHOSTMEM_CMD_SITE_GET,
                             top_attrs()
                                 .nest(GHOSTMEM_A_DUMP, Attrs().u32(GHOSTMEM_DUMP_A_GENERATION, 7))
                                 .nest(GHOSTMEM_A_SITE, site_attrs(5))
                                 .nest(GHOSTMEM_A_SITE_PAGES, site_pages_attrs())));
    EXPECT_EQ(reply.sites.size(), 1U);
}

TEST(Codec, AFrameMayHaveNoSize) {
    Attrs frame;
    frame.string(GHOSTMEM_FRAME_A_SYMBOL, "lab_probe")
        .u32(GHOSTMEM_FRAME_A_OFFSET, 16)
        .u32(GHOSTMEM_FRAME_A_STATE, GHOSTMEM_CODE_BUILTIN);
    const Reply reply = decode_all(site_message(site_attrs(9).nest(GHOSTMEM_SITE_A_FRAME, frame)));
    const Frame& decoded = reply.sites.at(0).frames.back();
    EXPECT_EQ(decoded.symbol, "lab_probe");
    EXPECT_EQ(decoded.offset, 16U);
    EXPECT_EQ(decoded.size, 0U);
}

TEST(Codec, LeavesOutOtherSequences) {
    const std::vector<std::byte> bytes = heap_copy(sites_capture());
    Reply reply;
    decode(bytes, reply, {"0.1.0", 8});
    EXPECT_TRUE(reply.sites.empty());
    EXPECT_FALSE(reply.finished);
    decode(bytes, reply, {"0.1.0", 7});
    EXPECT_EQ(reply.sites.size(), 3U);
}

TEST(Codec, NamesBothVersionsOfAForeignAbi) {
    const Attrs answer = top_attrs(GHOSTMEM_ABI + 1).string(GHOSTMEM_A_VERSION, "0.2.0");
    try {
        decode_all(operation(GHOSTMEM_CMD_STATUS_GET, answer));
        FAIL() << "a foreign ABI was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::wrong_abi);
        EXPECT_EQ(
            error.what(),
            fmt::format("leakctl 0.1.0 speaks ABI {}, the loaded ghostmem 0.2.0 speaks ABI {}; "
                        "install the same version of both",
                        GHOSTMEM_ABI, GHOSTMEM_ABI + 1));
    }
}

// The ABI has to be checked first: with another ABI, the rest of the message may mean anything.
TEST(Codec, LooksAtTheAbiBeforeAnythingElse) {
    EXPECT_EQ(kind_of(status_message(Attrs().u64(GHOSTMEM_STATUS_A_MODE, 1), GHOSTMEM_ABI + 1)),
              ErrorKind::wrong_abi);
}

TEST(Codec, RefusesWhatIsIncomplete) {
    EXPECT_EQ(kind_of(status_message(Attrs())), ErrorKind::protocol);
    EXPECT_EQ(kind_of(site_message(Attrs().u32(GHOSTMEM_SITE_A_ID, 1))), ErrorKind::protocol);
    EXPECT_EQ(kind_of(operation(GHOSTMEM_CMD_STATUS_GET, top_attrs())), ErrorKind::protocol);
    EXPECT_EQ(kind_of(operation(GHOSTMEM_CMD_STATUS_GET, Attrs())), ErrorKind::protocol);
    EXPECT_EQ(kind_of(operation(GHOSTMEM_CMD_SITE_GET, top_attrs())), ErrorKind::protocol);
    EXPECT_EQ(kind_of(site_message(site_attrs(1), Attrs())), ErrorKind::protocol);
    EXPECT_EQ(
        kind_of(operation(GHOSTMEM_CMD_SITE_GET, top_attrs().nest(GHOSTMEM_A_SITE, site_attrs(1)))),
        ErrorKind::protocol);
}

TEST(Codec, AFrameWithASymbolHasAnOffset) {
    const Attrs frame = Attrs()
                            .string(GHOSTMEM_FRAME_A_SYMBOL, "lab_probe")
                            .u32(GHOSTMEM_FRAME_A_STATE, GHOSTMEM_CODE_BUILTIN);
    EXPECT_EQ(kind_of(site_message(site_attrs(9).nest(GHOSTMEM_SITE_A_FRAME, frame))),
              ErrorKind::protocol);
}

// The last attribute of a type wins, so appending a bad one overrides the valid one.
TEST(Codec, RefusesWrongSizesAndRanges) {
    const auto bad = [](auto change) {
        Attrs attrs = status_attrs();
        change(attrs);
        return status_message(attrs);
    };
    const auto refused = ErrorKind::protocol;
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.u64(GHOSTMEM_STATUS_A_MODE, 1); })), refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.u32(GHOSTMEM_STATUS_A_CLOCK_S, 1); })), refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.u32(GHOSTMEM_STATUS_A_MODE, 77); })), refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.u32(GHOSTMEM_STATUS_A_PAGE_SIZE, 0); })), refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.u32(GHOSTMEM_STATUS_A_PAGE_SIZE, 5000); })), refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.raw(GHOSTMEM_STATUS_A_DISABLED_REASON, "no nul"); })),
              refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.raw(GHOSTMEM_STATUS_A_HOOK, "12345"); })), refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.nest(GHOSTMEM_STATUS_A_LOST, {}); })), refused);
    EXPECT_EQ(kind_of(bad([](Attrs& a) { a.u8(GHOSTMEM_STATUS_A_LEVEL, 21); })), refused);
}

TEST(Codec, RefusesAgesAndTrendsThatAreNone) {
    const auto refused = [](const Attrs& site) {
        EXPECT_EQ(kind_of(site_message(site)), ErrorKind::protocol);
    };
    const std::string ages(GHOSTMEM_AGES * sizeof(uint64_t), '\0');
    refused(site_attrs(2).raw(GHOSTMEM_SITE_A_AGES, ages.substr(8)));
    refused(site_attrs(2).raw(GHOSTMEM_SITE_A_AGES, ages + std::string(8, '\0')));
    const auto trend = [](const Attrs& one) {
        return site_attrs(2).nest(GHOSTMEM_SITE_A_TREND, one);
    };
    refused(trend(trend_attrs(0)));
    refused(trend(Attrs().u32(GHOSTMEM_TREND_A_SPAN_S, 10)));
    refused(trend(trend_attrs(10).u32(GHOSTMEM_TREND_A_FLOOR, 1)));
    refused(site_attrs(2).raw(GHOSTMEM_SITE_A_TREND, "12345"));
}

TEST(Codec, KeepsTerminalsSafe) {
    Attrs attrs = status_attrs();
    attrs.string(GHOSTMEM_STATUS_A_DISABLED_REASON, "\x1b[2J\nbad\xff");
    EXPECT_EQ(decode_all(status_message(attrs)).status->disabled_reason, "?[2J?bad?");
}

TEST(Codec, SurfacesErrorsAndTheirWords) {
    const Reply refused = decode_all(error_message(-EINVAL, "mode: 7 is out of range"));
    ASSERT_TRUE(refused.fault);
    EXPECT_TRUE(refused.finished);
    EXPECT_EQ(refused.fault->error, EINVAL);
    EXPECT_EQ(refused.fault->message, "mode: 7 is out of range");

    const Reply echoed =
        decode_all(error_message(-EINVAL, "mode: 7 is out of range", {}, Echo::all));
    EXPECT_EQ(echoed.fault->message, "mode: 7 is out of range");

    const Reply silent = decode_all(error_message(-EPERM, ""));
    EXPECT_EQ(silent.fault->error, EPERM);
    EXPECT_EQ(silent.fault->message, "");

    const Reply dump = decode_all(done_message(-EIO));
    EXPECT_EQ(dump.fault->error, EIO);
    EXPECT_TRUE(dump.finished);
    EXPECT_TRUE(decode_all(error_message(0, "")).finished);
    EXPECT_FALSE(decode_all(error_message(0, "")).fault);
}

TEST(Codec, SeesAnInterruptedDump) {
    MessageHead head;
    head.flags = NLM_F_MULTI | NLM_F_DUMP_INTR;
    EXPECT_TRUE(decode_all(operation(GHOSTMEM_CMD_ZONE_GET, top_attrs(), head)).interrupted);
    EXPECT_TRUE(decode_all(done_message(0, head)).interrupted);
}

} // namespace
} // namespace ghostmem
