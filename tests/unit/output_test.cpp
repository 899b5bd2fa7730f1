// Compares JSON, text listings, folded stacks and Prometheus output with golden/.
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "output/folded.h"
#include "output/json/config.h"
#include "output/json/export.h"
#include "output/json/reset.h"
#include "output/json/sites.h"
#include "output/json/status.h"
#include "output/json/trace.h"
#include "output/prometheus.h"
#include "output/text/config.h"
#include "output/text/reset.h"
#include "output/text/sites.h"
#include "output/text/status.h"
#include "output/text/trace.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem::output {
namespace {

using namespace test;

SitesReport sites_report(std::optional<size_t> top = {}) {
    ListOptions options;
    options.top = top;
    SitesReport report;
    report.selection = select_sites(sample_report().sites, options);
    return report;
}

TraceReport trace_report() {
    TraceReport report;
    std::vector<Site> sites = sample_sites();
    sites.pop_back(); // it holds nothing, so the kernel would not send it
    for (Site& site : sites)
        site.window_pages = site.live_pages / 2;
    report.list.selection = select_sites(make_views(sites, 4096), {});
    report.since_s = 100;
    report.until_s = 700;
    report.settled = std::chrono::seconds{120};
    return report;
}

template <typename Out, typename Function> std::string printed(Function print) {
    std::ostringstream text;
    Out out(text);
    print(out);
    return text.str();
}

template <typename Report, typename... More>
std::string as_json(void (*print)(std::ostream&, const Report&, const More&...),
                    const Report& report, const More&... more) {
    std::ostringstream out;
    print(out, report, more...);
    return out.str();
}

template <typename Report>
std::string as_text(void (*print)(std::ostream&, const Style&, const Report&),
                    const Report& report) {
    std::ostringstream out;
    print(out, Style(false), report);
    return out.str();
}

TEST(Json, Status) {
    expect_golden("golden/status.json", as_json(json::status, sample_report()));
}

TEST(Json, StatusWithoutModule) {
    StatusReport report;
    report.ledger = healthy_ledger();
    report.verdict = judge({report.ledger, report.status, report.sites});
    expect_golden("golden/status-no-module.json", as_json(json::status, report));
}

TEST(Json, Sites) {
    expect_golden("golden/sites.json", as_json(json::sites, sites_report()));
}

TEST(Json, Trace) {
    expect_golden("golden/trace.json", as_json(json::trace, trace_report()));
}

TEST(Json, ConfigAndReset) {
    EXPECT_EQ(nlohmann::json::parse(as_json(json::config, ConfigReport{recording_status()})),
              nlohmann::json::parse(R"({"schema_version": 2, "config": {"mode": "exact",
                  "interval_bytes": 524288, "budget_ppm": 10000, "skb": false}, "forgotten_sites": null,
                  "sampling": null, "cost_ppm": 1234, "pair_ns": 90})"));
    EXPECT_EQ(nlohmann::json::parse(as_json(json::reset, ResetReport{})),
              nlohmann::json::parse(R"({"schema_version": 2, "reset": true})"));
}

TEST(Json, ExportIsStatusAndSites) {
    const auto json =
        nlohmann::json::parse(as_json(json::everything, sample_report(), sites_report().selection));
    EXPECT_EQ(json["module"]["loaded"], true);
    EXPECT_EQ(json["sites"].size(), 3U);
    EXPECT_EQ(json["schema_version"], 2);
}

// The codec validates strings from the kernel; the output must not throw on an invalid one either.
TEST(Json, SurvivesOddStrings) {
    StatusReport report = sample_report();
    report.status->version = "\xff\xfe\"";
    EXPECT_NO_THROW(as_json(json::status, report));
}

// Collects the keys of the schema. Keys below `lost` and `missed` are defined by the module, and
// those below `classes` are class names.
void collect_keys(const nlohmann::json& json, std::set<std::string>& keys) {
    for (const auto& [key, value] : json.items()) {
        if (json.is_object())
            keys.insert(key);
        if (key != "lost" && key != "classes" && key != "missed" && value.is_structured())
            collect_keys(value, keys);
    }
}

TEST(Json, EachKeyIsDocumented) {
    std::set<std::string> keys;
    for (const char* name : {"status", "sites", "trace", "sockets"})
        collect_keys(
            nlohmann::json::parse(read_file(test_dir() + "/golden/" + std::string(name) + ".json")),
            keys);
    EXPECT_GT(keys.size(), 60U);
    const std::string docs = read_file(test_dir() + "/../../docs/json.md");
    for (const std::string& key : keys)
        EXPECT_TRUE(docs.find('`' + key + '`') != std::string::npos ||
                    docs.find('.' + key + '`') != std::string::npos ||
                    docs.find('`' + key + '.') != std::string::npos)
            << key;
}

// The names in the module's tables of reasons: entries of the form { "name", "meaning" }.
TEST(Json, EachReasonIsDocumented) {
    const std::string root = test_dir() + "/../../";
    std::string sources;
    for (const char* file :
         {"kmod/tables/counters.c", "kmod/census/sockets.c", "kmod/netlink/status.c"})
        sources += read_file(root + file);
    const std::regex entry(R"re("([a-z_]+)",\s*(?:records->unnamed,\s*)?"[a-z])re");
    const std::string docs = read_file(root + "docs/json.md");
    size_t reasons = 0;
    for (std::sregex_iterator at(sources.begin(), sources.end(), entry), end; at != end; ++at) {
        ++reasons;
        EXPECT_NE(docs.find('`' + (*at)[1].str() + '`'), std::string::npos) << (*at)[1];
    }
    EXPECT_EQ(reasons, 21U);
}

TEST(Text, Sites) {
    expect_golden("golden/sites.txt", as_text(text::sites, sites_report(2)));
}

TEST(Text, SitesByFunction) {
    StatusReport all = sample_report();
    Site another = all.sites[1].site;
    another.slot = 77;
    another.frames.push_back(frame("another_caller [e1000]"));
    all.sites.push_back(make_view(another, 4096));
    SitesReport report;
    ListOptions options;
    options.by = report.by = GroupBy::function;
    report.selection = select_sites(all.sites, options);
    expect_golden("golden/sites-by-function.txt", as_text(text::sites, report));
    expect_golden("golden/sites-by-function.json", as_json(json::sites, report));
}

TEST(Text, SitesWithStacks) {
    SitesReport report = sites_report();
    report.stacks = true;
    report.selection.sites[0].site.flags |= GHOSTMEM_SITE_F_CUT;
    expect_golden("golden/sites-stacks.txt", as_text(text::sites, report));
}

TEST(Text, SitesWithRates) {
    SitesReport report = sites_report();
    report.interval = std::chrono::milliseconds{1000};
    report.selection.sites[0].rate = 123456.0;
    report.selection.sites[1].rate = -4096.0;
    expect_golden("golden/sites-rate.txt", as_text(text::sites, report));
}

SitesReport growth_report(const StatusReport& of) {
    SitesReport report;
    report.sort = SortKey::growth;
    ListOptions options;
    options.sort = SortKey::growth;
    report.selection = select_sites(of.sites, options);
    return report;
}

TEST(Text, SitesByGrowth) {
    expect_golden("golden/sites-growth.txt", as_text(text::sites, growth_report(sample_report())));
}

TEST(Text, GrowthThatIsNotKnownYet) {
    StatusReport fresh = sample_report();
    for (SiteView& view : fresh.sites)
        view.growth.clear();
    const std::string text = as_text(text::sites, growth_report(fresh));
    EXPECT_NE(text.find("       -  "), std::string::npos) << text;
    EXPECT_NE(text.find("\ngrowth is known after two whole windows of 10s"), std::string::npos)
        << text;
}

std::vector<Site> sampled_sites() {
    std::vector<Site> sites = sample_sites();
    for (Site& site : sites)
        site.level = 7;
    return estimate(std::move(sites));
}

Status sampling_status() {
    Status status = recording_status();
    status.mode = Mode::sampled;
    status.level = 7;
    return status;
}

SitesReport sampled_report() {
    SitesReport report;
    report.selection = select_sites(make_views(sampled_sites(), 4096), {});
    report.sampling = Sampling(sampling_status());
    return report;
}

StatusReport sampled_status_report() {
    StatusReport report = sample_report();
    report.status = sampling_status();
    report.sites = make_views(sampled_sites(), 4096);
    report.verdict = judge({report.ledger, report.status, report.sites});
    return report;
}

TEST(Text, SampledSites) {
    expect_golden("golden/sites-sampled.txt", as_text(text::sites, sampled_report()));
}

TEST(Text, SampledStatus) {
    expect_golden("golden/status-sampled.txt", as_text(text::status, sampled_status_report()));
}

TEST(Json, SampledStatus) {
    expect_golden("golden/status-sampled.json",
                  as_json(json::everything, sampled_status_report(), sampled_report().selection));
}

TEST(Prometheus, SampledMetrics) {
    expect_golden("golden/metrics-sampled.prom", printed<PrometheusOutput>([](auto& out) {
                      out.metrics(sampled_status_report(), sampled_report().selection);
                  }));
}

TEST(Folded, SampledStacksHaveARootThatSaysSo) {
    const std::string text = printed<FoldedOutput>(
        [](auto& out) { out.sites(sampled_report().selection, sampled_report().sampling); });
    EXPECT_EQ(text.rfind("(sampled_every_512.0_KiB);", 0), 0U) << text;
}

TEST(Text, NoSites) {
    EXPECT_EQ(as_text(text::sites, {}), "no sites\n");
    // No sample is not nothing.
    SitesReport sampled;
    sampled.sampling = Sampling(sampling_status());
    EXPECT_EQ(as_text(text::sites, sampled),
              "no sites seen; they may hold up to 1.9 MiB, in 95 of 100 cases\n");
}

TEST(Text, Trace) {
    expect_golden("golden/trace.txt", as_text(text::trace, trace_report()));
}

TEST(Text, ConfigAndReset) {
    EXPECT_EQ(as_text(text::config, ConfigReport{recording_status()}),
              "mode=exact\ninterval=512K\nbudget=1%\nskb=off\n"
              "# costs 0.12% of CPU, 90 ns an allocation and its free\n");
    Status sampled = recording_status();
    sampled.mode = Mode::sampled;
    sampled.level_min = 1;
    sampled.level = 20;
    sampled.budget_ppm = 0;
    EXPECT_EQ(as_text(text::config, ConfigReport{sampled}),
              "mode=sampled\ninterval=8K\nbudget=off\nskb=off\n"
              "# costs 0.12% of CPU, 90 ns an allocation and its free; to stay within the "
              "budget, samples are 4.0 GiB apart\n");
    EXPECT_NE(as_text(text::reset, ResetReport{}), "");
}

TEST(Folded, Sites) {
    expect_golden("golden/sites.folded", printed<FoldedOutput>([](auto& out) {
                      out.sites(sites_report().selection, {});
                  }));
}

TEST(Folded, MergesAndEscapes) {
    SiteSelection selection;
    for (const uint32_t id : {2U, 3U})
        selection.sites.push_back(
            make_view(site(id, id, stack({"__alloc_pages", "f", "g"})), 4096));
    Site odd = site(4, 1, stack({"__alloc_pages", "x"}));
    odd.frames[1].symbol = "a;b c";
    selection.sites.push_back(make_view(odd, 4096));
    Site other = site(1, 1, {});
    other.flags = GHOSTMEM_SITE_F_OTHER;
    selection.sites.push_back(make_view(other, 4096));
    EXPECT_EQ(printed<FoldedOutput>([&](auto& out) { out.sites(selection, {}); }),
              "(other) 4096\na_b_c 4096\ng;f 20480\n");
}

TEST(Prometheus, Metrics) {
    expect_golden("golden/metrics.prom", printed<PrometheusOutput>([](auto& out) {
                      out.metrics(sample_report(), sites_report(2).selection);
                  }));
}

TEST(Prometheus, WithoutModule) {
    StatusReport report;
    report.ledger = healthy_ledger();
    expect_golden("golden/metrics-no-module.prom",
                  printed<PrometheusOutput>([&](auto& out) { out.metrics(report, {}); }));
}

// node_exporter rejects the whole file if one series occurs twice.
TEST(Prometheus, OneStackListedTwiceIsOneSeries) {
    StatusReport report = sample_report();
    std::vector<Site> sites = sampled_sites();
    sites.push_back(sites.at(0));
    sites.back().slot = 77;
    sites.push_back(sites.at(0));
    sites.back().slot = 78;
    for (Frame& frame : sites.back().frames)
        frame.state = frame.module.empty() ? frame.state : CodeState::live;
    SiteSelection selection = select_sites(make_views(std::move(sites), 4096), {});
    const std::string text =
        printed<PrometheusOutput>([&](auto& out) { out.metrics(report, selection); });
    std::set<std::string> names;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#'))
            continue;
        EXPECT_TRUE(names.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
    EXPECT_GT(names.size(), 20U);
}

TEST(Prometheus, GrowthOfOneSeriesIsTheSum) {
    const auto growth_of = [](std::vector<Site> sites) {
        const SiteSelection selection = select_sites(make_views(std::move(sites), 4096), {});
        const StatusReport report = sample_report();
        std::istringstream lines(
            printed<PrometheusOutput>([&](auto& out) { out.metrics(report, selection); }));
        double sum = 0;
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("ghostmem_site_") && line.find("growth") < line.find('{'))
                sum += std::stod(line.substr(line.rfind(' ')));
        }
        return sum;
    };
    Site site = sample_sites().at(0);
    site.trends = {{10, 100, 50}};
    Site twin = site;
    twin.slot = 77;
    twin.trends = {{10, 100, 80}};
    const double one = growth_of({site});
    EXPECT_GT(one, 0);
    EXPECT_DOUBLE_EQ(growth_of({site, twin}), one * 1.4);
}

TEST(Prometheus, EscapesLabels) {
    StatusReport report = sample_report();
    SiteSelection selection = sites_report(1).selection;
    selection.sites[0].symbol = "a\"b\\c\nd";
    const std::string text =
        printed<PrometheusOutput>([&](auto& out) { out.metrics(report, selection); });
    EXPECT_NE(text.find(R"(function="a\"b\\c\nd")"), std::string::npos);
}

} // namespace
} // namespace ghostmem::output
