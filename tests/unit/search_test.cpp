// The search for holders: from the module's messages to the printed output.
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <sstream>

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "commands/holders.h"
#include "lib/base/error.h"
#include "lib/findings/holder_search.h"
#include "lib/genl/codec.h"
#include "output/json/holders.h"
#include "output/text/holders.h"
#include "support/golden.h"
#include "support/message_builder.h"
#include "support/samples.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;

std::string orders(size_t order, uint64_t pages) {
    PageOrders values{};
    values.at(order) = pages;
    return {reinterpret_cast<const char*>(values.data()), sizeof(values)};
}

std::string row_message(int type, const Attrs& nest) {
    return operation(GHOSTMEM_CMD_HOLDERS_GET,
                     Attrs().u32(GHOSTMEM_A_ABI, GHOSTMEM_ABI).nest(type, nest));
}

Attrs lost_attrs(ghostmem_ghost_kind kind, uint64_t blocks, size_t order) {
    return Attrs()
        .u32(GHOSTMEM_LOST_PAGES_A_KIND, kind)
        .u64(GHOSTMEM_LOST_PAGES_A_BLOCKS, blocks)
        .u64(GHOSTMEM_LOST_PAGES_A_PAGES, blocks << order)
        .raw(GHOSTMEM_LOST_PAGES_A_ORDERS, orders(order, blocks << order));
}

Attrs result_attrs() {
    return Attrs()
        .u32(GHOSTMEM_RESULT_A_NUMBER, 3)
        .u64(GHOSTMEM_RESULT_A_DURATION_NS, 2500000000)
        .u64(GHOSTMEM_RESULT_A_BUSY_NS, 600000000)
        .u64(GHOSTMEM_RESULT_A_MEMORY_BYTES, 1500000)
        .u64(GHOSTMEM_RESULT_A_GHOST_BLOCKS, 8700)
        .u64(GHOSTMEM_RESULT_A_GHOST_PAGES, 9500)
        .u64(GHOSTMEM_RESULT_A_HELD_PAGES, 4400)
        .u64(GHOSTMEM_RESULT_A_TAIL_PAGES, 78)
        .u64(GHOSTMEM_RESULT_A_GONE_PAGES, 10)
        .u32(GHOSTMEM_RESULT_A_DECOYS_TRIED, 998)
        .u32(GHOSTMEM_RESULT_A_DECOYS_BELIEVED, 1)
        .u32(GHOSTMEM_RESULT_A_LIMITS, GHOSTMEM_LIMIT_CONTENT | GHOSTMEM_LIMIT_OBJECTS)
        .u32(GHOSTMEM_RESULT_A_ROWS_OMITTED, 2)
        .u64(GHOSTMEM_RESULT_A_ROWS_OMITTED_PAGES, 5)
        .nest(GHOSTMEM_RESULT_A_LOST, lost_attrs(GHOSTMEM_GHOST_PAGES, 4096, 0))
        .nest(GHOSTMEM_RESULT_A_LOST, lost_attrs(GHOSTMEM_GHOST_POOL, 248, 2));
}

Attrs link_attrs(ghostmem_holder_kind kind, const char* name) {
    return Attrs().u32(GHOSTMEM_LINK_A_KIND, kind).string(GHOSTMEM_LINK_A_NAME, name);
}

Attrs holder_attrs(uint64_t blocks, size_t order, ghostmem_confidence confidence) {
    return Attrs()
        .u32(GHOSTMEM_HOLDER_A_KIND, GHOSTMEM_GHOST_PAGES)
        .u64(GHOSTMEM_HOLDER_A_BLOCKS, blocks)
        .u64(GHOSTMEM_HOLDER_A_PAGES, blocks << order)
        .raw(GHOSTMEM_HOLDER_A_ORDERS, orders(order, blocks << order))
        .u32(GHOSTMEM_HOLDER_A_CONFIDENCE, confidence);
}

std::string result_messages() {
    return row_message(GHOSTMEM_A_RESULT, result_attrs()) +
           row_message(GHOSTMEM_A_HOLDER,
                       holder_attrs(4096, 0, GHOSTMEM_CONFIDENCE_EXACT)
                           .nest(GHOSTMEM_HOLDER_A_LINK,
                                 Attrs().u32(GHOSTMEM_LINK_A_KIND, GHOSTMEM_HOLDER_VMALLOC))
                           .nest(GHOSTMEM_HOLDER_A_LINK,
                                 link_attrs(GHOSTMEM_HOLDER_MODULE, "ring [ringleak]"))) +
           row_message(GHOSTMEM_A_HOLDER,
                       holder_attrs(64, 2, GHOSTMEM_CONFIDENCE_EXACT)
                           .nest(GHOSTMEM_HOLDER_A_LINK,
                                 link_attrs(GHOSTMEM_HOLDER_SLAB, "kmalloc-1k")
                                     .u32(GHOSTMEM_LINK_A_OFFSET, 48)
                                     .string(GHOSTMEM_LINK_A_SYMBOL, "tcp_prot")
                                     .string(GHOSTMEM_LINK_A_SYMBOL, "sock_def_wakeup"))) +
           row_message(GHOSTMEM_A_HOLDER,
                       holder_attrs(4, 0, GHOSTMEM_CONFIDENCE_WEAK)
                           .nest(GHOSTMEM_HOLDER_A_LINK, link_attrs(GHOSTMEM_HOLDER_STACK, "worker")
                                                             .u32(GHOSTMEM_LINK_A_PID, 126))) +
           row_message(GHOSTMEM_A_STRAY, Attrs()
                                             .string(GHOSTMEM_STRAY_A_CALLER, "take [driver]")
                                             .u64(GHOSTMEM_STRAY_A_AREAS, 8)
                                             .u64(GHOSTMEM_STRAY_A_PAGES, 2048)) +
           done_message(0);
}

Reply decoded(const std::string& bytes) {
    Reply reply;
    decode(std::as_bytes(std::span(bytes)), reply, {"1.0"});
    return reply;
}

SearchState in_phase(ghostmem_search_phase phase, uint32_t number = 3) {
    SearchState state;
    state.phase = phase;
    state.number = number;
    return state;
}

HoldersReport sample_report() {
    HoldersReport report;
    report.result = *decoded(result_messages()).result;
    report.page_size = 4096;
    report.shrunk = true;
    return report;
}

TEST(Search, StateIsDecoded) {
    const Reply reply = decoded(operation(
        GHOSTMEM_CMD_HOLDERS_STATUS,
        Attrs()
            .u32(GHOSTMEM_A_ABI, GHOSTMEM_ABI)
            .nest(GHOSTMEM_A_SEARCH, Attrs()
                                         .u32(GHOSTMEM_SEARCH_A_NUMBER, 2)
                                         .u32(GHOSTMEM_SEARCH_A_PHASE, GHOSTMEM_SEARCH_FAILED)
                                         .u64(GHOSTMEM_SEARCH_A_DONE, 5)
                                         .u64(GHOSTMEM_SEARCH_A_TOTAL, 9)
                                         .u64(GHOSTMEM_SEARCH_A_TARGET_PAGES, 100)
                                         .u64(GHOSTMEM_SEARCH_A_HELD_PAGES, 90)
                                         .string(GHOSTMEM_SEARCH_A_REASON, "no memory"))));
    ASSERT_TRUE(reply.search);
    EXPECT_EQ(reply.search->number, 2U);
    EXPECT_EQ(reply.search->phase, GHOSTMEM_SEARCH_FAILED);
    EXPECT_EQ(reply.search->done, 5U);
    EXPECT_EQ(reply.search->total, 9U);
    EXPECT_EQ(reply.search->target_pages, 100U);
    EXPECT_EQ(reply.search->held_pages, 90U);
    EXPECT_EQ(reply.search->reason, "no memory");
    EXPECT_FALSE(reply.search->running());
}

TEST(Search, ResultIsDecoded) {
    const Reply reply = decoded(result_messages());
    ASSERT_TRUE(reply.finished);
    ASSERT_TRUE(reply.result);
    const SearchResult& result = *reply.result;
    EXPECT_EQ(result.number, 3U);
    EXPECT_EQ(result.ghost_pages, 9500U);
    EXPECT_EQ(result.decoys_tried, 998U);
    ASSERT_EQ(result.rows.size(), 3U);
    EXPECT_EQ(result.rows[0].links.size(), 2U);
    EXPECT_EQ(result.rows[0].links[0].name, "");
    EXPECT_EQ(result.rows[0].links[0].offset, std::nullopt);
    EXPECT_EQ(result.rows[0].links[1].name, "ring [ringleak]");
    EXPECT_EQ(result.rows[1].links[0].offset, 48U);
    EXPECT_EQ(result.rows[1].links[0].symbols,
              (std::vector<std::string>{"tcp_prot", "sock_def_wakeup"}));
    EXPECT_EQ(result.rows[1].orders[2], 256U);
    EXPECT_EQ(result.rows[2].links[0].pid, 126U);
    EXPECT_EQ(result.all_lost().pages, 4096U + 992);
    EXPECT_EQ(result.all_lost().orders[2], 992U);
    ASSERT_EQ(result.strays.size(), 1U);
    EXPECT_EQ(result.strays[0].areas, 8U);
}

TEST(Search, GarbledResultIsRefused) {
    const std::string head = row_message(GHOSTMEM_A_RESULT, result_attrs());
    const Attrs bare = holder_attrs(1, 0, GHOSTMEM_CONFIDENCE_EXACT);
    EXPECT_THROW(decoded(row_message(GHOSTMEM_A_HOLDER, bare)), Error) << "no result before";
    EXPECT_THROW(decoded(head + row_message(GHOSTMEM_A_HOLDER, bare)), Error) << "no link";
    const Attrs unknown = Attrs().u32(GHOSTMEM_LINK_A_KIND, GHOSTMEM_HOLDER_KINDS);
    EXPECT_THROW(decoded(head + row_message(GHOSTMEM_A_HOLDER,
                                            Attrs(bare).nest(GHOSTMEM_HOLDER_A_LINK, unknown))),
                 Error);
    EXPECT_THROW(decoded(head + operation(GHOSTMEM_CMD_HOLDERS_GET,
                                          Attrs().u32(GHOSTMEM_A_ABI, GHOSTMEM_ABI))),
                 Error)
        << "a message that is no row";
}

TEST(Search, EveryWordIsOfItsOwn) {
    std::set<std::string_view> words;
    for (uint32_t i = 0; i < GHOSTMEM_SEARCH_PHASES; ++i)
        words.insert(name_of(static_cast<ghostmem_search_phase>(i)));
    EXPECT_EQ(words.size(), size_t{GHOSTMEM_SEARCH_PHASES});
    words.clear();
    for (uint32_t i = 0; i < GHOSTMEM_HOLDER_KINDS; ++i)
        words.insert(name_of(static_cast<ghostmem_holder_kind>(i)));
    EXPECT_EQ(words.size(), size_t{GHOSTMEM_HOLDER_KINDS});
    EXPECT_EQ(limit_names(~0U).size(), 9U);
    EXPECT_EQ(limit_names(GHOSTMEM_LIMIT_OBJECTS | GHOSTMEM_LIMIT_UNFIT),
              (std::vector<std::string_view>{"unfit", "objects"}));
}

struct HolderSearch : testing::Test {
    FakeClock clock;
    FakeKernel kernel{clock};
    std::vector<ghostmem_search_phase> shown;

    HoldersReport run() {
        return run_holder_search(kernel, clock,
                                 [&](const SearchState& state) { shown.push_back(state.phase); });
    }
    ErrorKind failure() {
        try {
            run();
        } catch (const Error& error) {
            words = error.what();
            return error.kind();
        }
        ADD_FAILURE() << "no error";
        return ErrorKind::io;
    }
    std::string words;
};

TEST_F(HolderSearch, WaitsForTheResult) {
    kernel.search_states = {in_phase(GHOSTMEM_SEARCH_CALIBRATE), in_phase(GHOSTMEM_SEARCH_ROOTS),
                            in_phase(GHOSTMEM_SEARCH_DONE)};
    kernel.result = sample_report().result;
    const HoldersReport report = run();
    EXPECT_EQ(kernel.searches, 1);
    EXPECT_EQ(report.result.rows.size(), 3U);
    EXPECT_FALSE(report.interrupted);
    EXPECT_FALSE(kernel.search_stopped);
    EXPECT_EQ(shown, (std::vector{GHOSTMEM_SEARCH_CALIBRATE, GHOSTMEM_SEARCH_ROOTS}));
}

TEST_F(HolderSearch, TellsWhyItFailed) {
    SearchState failed = in_phase(GHOSTMEM_SEARCH_FAILED);
    failed.reason = "the self-test failed";
    kernel.search_states = {in_phase(GHOSTMEM_SEARCH_ROOTS), failed};
    EXPECT_EQ(failure(), ErrorKind::refused);
    EXPECT_NE(words.find("the self-test failed"), std::string::npos);
}

TEST_F(HolderSearch, InterruptedReturnsWhatIsKnown) {
    kernel.search_states = {in_phase(GHOSTMEM_SEARCH_ROOTS), in_phase(GHOSTMEM_SEARCH_AGAIN),
                            in_phase(GHOSTMEM_SEARCH_DONE)};
    kernel.result = sample_report().result;
    clock.interrupt_at = std::chrono::milliseconds{300};
    EXPECT_TRUE(run().interrupted);
    EXPECT_TRUE(kernel.search_stopped);
}

TEST_F(HolderSearch, InterruptedEarlyIsAnError) {
    kernel.search_states = {in_phase(GHOSTMEM_SEARCH_ROOTS), in_phase(GHOSTMEM_SEARCH_STOPPED)};
    clock.interrupt_at = std::chrono::milliseconds{100};
    EXPECT_EQ(failure(), ErrorKind::inconsistent);
}

TEST_F(HolderSearch, TheResultOfAnotherSearchIsNotOurs) {
    kernel.search_states = {in_phase(GHOSTMEM_SEARCH_ROOTS, 4), in_phase(GHOSTMEM_SEARCH_DONE, 5)};
    kernel.result = sample_report().result;
    EXPECT_EQ(failure(), ErrorKind::inconsistent);
}

TEST_F(HolderSearch, CommandShrinksSlabCachesUnlessToldNotTo) {
    const std::filesystem::path root =
        std::filesystem::path(testing::TempDir()) / fmt::format("search-{}", getpid());
    const std::filesystem::path cache = root / "sys/kernel/slab/:0000064";
    std::filesystem::create_directories(cache);
    std::filesystem::create_directory_symlink(cache, root / "sys/kernel/slab/kmalloc-64");
    kernel.search_states = {in_phase(GHOSTMEM_SEARCH_DONE)};
    kernel.result = sample_report().result;
    FakeDiag diag;
    std::ostringstream out, err;
    const commands::Context context{kernel, diag, clock, out, root};
    output::SearchProgress progress(err, false);
    commands::HoldersArguments arguments;
    arguments.shrink = false;
    EXPECT_FALSE(holders(context, arguments, progress).shrunk);
    EXPECT_FALSE(std::filesystem::exists(cache / "shrink"));
    arguments.shrink = true;
    EXPECT_TRUE(holders(context, arguments, progress).shrunk);
    EXPECT_EQ(read_file((cache / "shrink").string()), "1\n");
    std::filesystem::remove_all(root);
}

TEST(SearchOutput, TextAndJson) {
    std::ostringstream text, json;
    output::text::holders(text, output::Style(false), sample_report());
    output::json::holders(json, sample_report());
    expect_golden("golden/holders.txt", text.str());
    expect_golden("golden/holders.json", json.str());
}

TEST(SearchOutput, SmallRowsAreLeftOut) {
    HoldersReport report = sample_report();
    report.min_bytes = 1024 * 1024;
    report.shrunk = false;
    std::ostringstream text;
    output::text::holders(text, output::Style(false), report);
    EXPECT_NE(text.str().find("ring [ringleak]"), std::string::npos);
    EXPECT_EQ(text.str().find("worker[126]"), std::string::npos);
    EXPECT_NE(text.str().find("Slab caches were not made"), std::string::npos);
}

TEST(SearchOutput, ProgressIsDrawnAndErased) {
    std::ostringstream out;
    {
        output::SearchProgress progress(out, true);
        SearchState state = in_phase(GHOSTMEM_SEARCH_ROOTS);
        state.done = 50;
        state.total = 100;
        progress.show(state);
        EXPECT_NE(out.str().find("looking for references"), std::string::npos);
        EXPECT_NE(out.str().find("[###############..............."), std::string::npos);
    }
    EXPECT_TRUE(out.str().ends_with("\r\x1b[K"));
}

} // namespace
} // namespace ghostmem
