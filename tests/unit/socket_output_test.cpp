// Compares sockets as text and as JSON with golden/.
#include <filesystem>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/base/error.h"
#include "lib/host/load_policy.h"
#include "output/json/sockets.h"
#include "output/prometheus.h"
#include "output/text/sockets.h"
#include "output/text/status.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem::output {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

struct SocketOutput : testing::Test {
    FakeHost host{testing::TempDir() + "/ghostmem-output-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name()};
    FakeClock clock;
    FakeKernel kernel{clock};
    FakeDiag diag;
    SocketQuery query;

    void SetUp() override {
        kernel.census = sample_sockets();
        host.process(455, "zebra", 'S', "/system.slice/frr.service");
        host.process(812, "nginx", 'T', "/system.slice/docker-" + std::string(64, 'b') + ".scope");
        host.process(811, "nginx");
        host.process(900, "tcpdump");
        Socket told = tcp_socket(18'002);
        told.held = {};
        told.held.bytes = 3000;
        told.held.truesize_bytes = 6912;
        told.queues = {{"receive", told.held}};
        told.meminfo = {6912, 131'072, 0, 87'040, 1280, 0, 0, 0, 5};
        Socket silent = tcp_socket(18'004);
        silent.held = {};
        silent.held.truesize_bytes = 0;
        host.socket(812, 11, 18'002);
        diag.dumps[own_netns].sockets = {told, silent};
    }
    void TearDown() override { std::filesystem::remove_all(host.root()); }

    SocketsReport report() { return gather_sockets(kernel, diag, host.root(), query); }
    std::string as_text() {
        std::ostringstream out;
        text::sockets(out, Style(false), report());
        return out.str();
    }
    std::string as_json() {
        std::ostringstream out;
        json::sockets(out, report());
        return out.str();
    }
    void unload() {
        kernel.before_status = [] { throw module_not_loaded(); };
    }
};

TEST_F(SocketOutput, Text) {
    expect_golden("golden/sockets.txt", as_text());
}

TEST_F(SocketOutput, TextFitsATerminal) {
    std::istringstream lines(as_text());
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 80U) << line;
}

TEST_F(SocketOutput, TextBySlab) {
    query.list.sort = SocketSortKey::slab;
    query.list.top = 2;
    expect_golden("golden/sockets-slab.txt", as_text());
}

TEST_F(SocketOutput, TextOfOneFamily) {
    query.list.filter.family = FamilyFilter::parse("tcp");
    expect_golden("golden/sockets-tcp.txt", as_text());
}

TEST_F(SocketOutput, TextWithoutTheModule) {
    unload();
    expect_golden("golden/sockets-no-module.txt", as_text());
}

TEST_F(SocketOutput, TextOfOneInFull) {
    query.list.filter.inode = 18'001;
    expect_golden("golden/socket.txt", as_text());
}

TEST_F(SocketOutput, TextOfOneInFullWithoutTheModule) {
    unload();
    query.list.filter.inode = 18'002;
    expect_golden("golden/socket-no-module.txt", as_text());
}

TEST_F(SocketOutput, NoSockets) {
    kernel.census = dump_of({});
    EXPECT_EQ(as_text(), "0 sockets in 1 network namespace: 0 B (0 bytes) pinned\n");
    EXPECT_EQ(nlohmann::json::parse(as_json())["sockets"], nlohmann::json::array());
}

TEST_F(SocketOutput, Json) {
    expect_golden("golden/sockets.json", as_json());
}

TEST_F(SocketOutput, JsonWithoutTheModule) {
    unload();
    expect_golden("golden/sockets-no-module.json", as_json());
}

// The document is written piece by piece, but must equal one that is serialized as a whole.
TEST_F(SocketOutput, JsonIsOneDocument) {
    const std::string written = as_json();
    const auto parsed = json::Json::parse(written);
    EXPECT_EQ(json::to_text(parsed), written);
    EXPECT_EQ(parsed["sockets"].size(), 7U);
    EXPECT_EQ(parsed["sockets"][0]["pid"], 455);
    kernel.census.sockets[0].owners[0].comm = "\xff\"\n{";
    EXPECT_EQ(json::Json::parse(as_json())["sockets"].size(), 7U);
}

// Values that are not known must be null, never 0.
TEST_F(SocketOutput, JsonOfSockDiagClaimsNothing) {
    unload();
    const auto parsed = nlohmann::json::parse(as_json());
    EXPECT_EQ(parsed["source"], "sock_diag");
    for (const char* key : {"pinned_bytes", "pinned_pages", "slab_bytes", "shared_bytes", "skbs",
                            "tracked_bytes", "amplification", "orders", "oldest_s", "read_s"}) {
        EXPECT_TRUE(parsed["sockets"][0][key].is_null()) << key;
        if (parsed["census"].contains(key)) {
            EXPECT_TRUE(parsed["census"][key].is_null()) << key;
        }
    }
    EXPECT_EQ(parsed["sockets"][0]["truesize_bytes"], 6912);
}

TEST_F(SocketOutput, OfManySocketsFewGetASeries) {
    std::vector<Socket> sockets;
    for (uint64_t i = 0; i < 30; ++i) {
        sockets.push_back(tcp_socket(100 + i));
        hold(sockets.back(), "receive", held(1000, 4096 - i * 8));
    }
    StatusReport report = sample_report();
    report.sockets = summary_of(dump_of(sockets));
    std::ostringstream out;
    PrometheusOutput(out).metrics(report, {});
    std::set<std::string> series;
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("ghostmem_socket_pinned_bytes{")) {
            EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second) << line;
        }
    }
    EXPECT_EQ(series.size(), 10U);
}

TEST_F(SocketOutput, SmallSocketsGetNone) {
    Socket small = tcp_socket(1);
    hold(small, "receive", held(1000, 248));
    StatusReport report = sample_report();
    report.sockets = summary_of(dump_of({small}));
    std::ostringstream out;
    PrometheusOutput(out).metrics(report, {});
    EXPECT_THAT(out.str(), Not(HasSubstr("ghostmem_socket_pinned_bytes{")));
    EXPECT_THAT(out.str(), HasSubstr("ghostmem_sockets_bytes{part=\"pinned\"} 1015808\n"));
}

TEST_F(SocketOutput, StatusSaysWhyThereIsNoCensus) {
    StatusReport report = sample_report();
    report.sockets.reset();
    report.why_no_sockets = "the loaded ghostmem 0.1.0 is older than this leakctl";
    std::ostringstream out;
    text::status(out, Style(false), report);
    EXPECT_THAT(out.str(), HasSubstr("Sockets  not known: the loaded ghostmem 0.1.0 is older"));
}

// status prints the worst socket even below the verdict's threshold, but only once.
TEST_F(SocketOutput, StatusSaysTheWorstOnce) {
    Socket socket = tcp_socket(1);
    hold(socket, "receive", held(1 << 20, 4096));
    StatusReport report = sample_report();
    const auto times = [&] {
        report.verdict = judge({report.ledger, report.status, report.sites, {}, &*report.sockets});
        std::ostringstream out;
        text::status(out, Style(false), report);
        const std::string text = out.str();
        const size_t at = text.find("nginx[812] fd 11 has");
        return at == std::string::npos                                          ? 0
               : text.find("nginx[812] fd 11 has", at + 1) == std::string::npos ? 1
                                                                                : 2;
    };
    report.sockets = summary_of(dump_of({socket}));
    EXPECT_EQ(times(), 1);
    hold(socket, "receive", held(1 << 20, 4'000'000));
    report.sockets = summary_of(dump_of({socket}));
    EXPECT_EQ(times(), 1);
}

} // namespace
} // namespace ghostmem::output
