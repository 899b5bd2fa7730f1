// Replays data/*.bin, bytes that a module sent, and compares the result with data/*.json.
//
// synthetic-*.bin come from the message builder. Real captures are stored in the same directory:
//     leakctl --capture-netlink tests/unit/data/sites.bin sites
//     GHOSTMEM_UPDATE_GOLDEN=1 build/userspace/unit/unit_tests --gtest_filter='*Capture*'
#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "output/json/site.h"
#include "output/json/sockets.h"
#include "output/json/status.h"
#include "support/captures.h"
#include "support/golden.h"

namespace ghostmem {
namespace {

using namespace test;

constexpr uint32_t usual_page_size = 4096;

std::vector<std::string> captures() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(test_dir() + "/data")) {
        if (entry.path().extension() == ".bin")
            names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

output::json::Json replayed(const Reply& reply) {
    StatusReport report;
    report.status = reply.status;
    output::json::Json json = output::json::status_document(report);
    // These keys do not come from the capture.
    for (const char* key : {"ledger", "ghost", "verdict", "classes", "census", "worst_socket"})
        json.erase(key);
    json["finished"] = reply.finished;
    json["interrupted"] = reply.interrupted;
    json["fault"] =
        reply.fault ? output::json::Json(reply.fault->message) : output::json::Json(nullptr);
    json["sites"] = output::json::Json::array();
    const uint32_t page_size = reply.status ? reply.status->page_size : usual_page_size;
    for (const Site& site : reply.sites)
        json["sites"].push_back(output::json::site_json(make_view(site, page_size)));
    if (reply.census) {
        json["census"] = output::json::census_json(*reply.census, page_size);
        json["sockets"] = output::json::Json::array();
        for (const Socket& socket : reply.sockets)
            json["sockets"].push_back(output::json::socket_json(socket, page_size));
    }
    return json;
}

class Capture : public testing::TestWithParam<std::string> {};

TEST_P(Capture, DecodesToItsGolden) {
    const std::string bytes = read_file(test_dir() + "/data/" + GetParam() + ".bin");
    const Reply reply = decode_all(bytes);
    EXPECT_TRUE(reply.finished);
    EXPECT_TRUE(reply.status || !reply.sites.empty() || reply.census)
        << "the capture holds no answer";
    expect_golden("data/" + GetParam() + ".json", output::json::to_text(replayed(reply)));
}

INSTANTIATE_TEST_SUITE_P(Data, Capture, testing::ValuesIn(captures()), [](const auto& info) {
    std::string name = info.param;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
});

TEST(SyntheticCaptures, AreWhatTheBuilderMakes) {
    expect_golden("data/synthetic-status.bin", status_capture());
    expect_golden("data/synthetic-sites.bin", sites_capture());
    expect_golden("data/synthetic-sockets.bin", sockets_capture());
}

} // namespace
} // namespace ghostmem
