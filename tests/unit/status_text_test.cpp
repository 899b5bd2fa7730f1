// `leakctl status` as text.
#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "output/text/status.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem::output {
namespace {

using namespace test;

std::string printed(const StatusReport& report, bool colour = false) {
    std::ostringstream out;
    text::status(out, Style(colour), report);
    return out.str();
}

StatusReport healthy_report() {
    StatusReport report = sample_report();
    report.ledger = healthy_ledger();
    std::erase_if(report.sites,
                  [](const SiteView& view) { return view.module_state == CodeState::unloaded; });
    for (uint32_t id = 10; id < 16; ++id)
        report.sites.push_back(make_view(
            site(id, id, stack({"__alloc_pages", "nic_fill_a_long_named_ring [a_nic]"})), 4096));
    Socket socket = tcp_socket(18'002);
    hold(socket, "receive", held(3000, 24));
    report.sockets = summary_of(dump_of({socket, tcp_socket(18'003)}));
    report.verdict = judge({report.ledger, report.status, report.sites, {}, &*report.sockets});
    return report;
}

TEST(StatusText, Leak) {
    expect_golden("golden/status-leak.txt", printed(sample_report()));
}

TEST(StatusText, Healthy) {
    expect_golden("golden/status-healthy.txt", printed(healthy_report()));
}

TEST(StatusText, FitsATerminalWhenAllIsWell) {
    std::istringstream lines(printed(healthy_report()));
    size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count)
        EXPECT_LE(line.size(), 80U) << line;
    EXPECT_LE(count, 23U); // leaves a line for the prompt
}

TEST(StatusText, NoModule) {
    StatusReport report;
    report.ledger = healthy_ledger();
    report.verdict = judge({report.ledger, report.status, report.sites});
    expect_golden("golden/status-no-module.txt", printed(report));
}

TEST(StatusText, AnAbsentHookIsNoTrouble) {
    StatusReport report = healthy_report();
    const std::string complete = printed(report);
    Hook absent = report.status->hooks[2];
    absent.name = "alloc_nothing";
    absent.state = HookState::absent;
    report.status->hooks.push_back(absent);
    EXPECT_EQ(printed(report), complete);
}

TEST(StatusText, Trouble) {
    StatusReport report = healthy_report();
    report.ledger.residual = -1024 * 1024;
    report.status->hooks[2].state = HookState::missing;
    report.status->hooks[2].target.clear();
    report.status->hooks[2].consequence =
        "pages of vmalloc and of page pools, so of most NIC drivers, are not seen";
    report.status->lost[0].count = 12;
    report.status->disabled_reason = "a record named a site that does not exist";
    report.sites_known = false;
    report.sites.clear();
    report.verdict = judge({report.ledger, report.status, report.sites});
    expect_golden("golden/status-trouble.txt", printed(report));
}

TEST(StatusText, ColourOnlyWhenAsked) {
    EXPECT_EQ(printed(sample_report(), false).find('\x1b'), std::string::npos);
    std::string colourful = printed(sample_report(), true);
    EXPECT_NE(colourful.find("\x1b[1;31mleak\x1b[0m"), std::string::npos);
}

} // namespace
} // namespace ghostmem::output
