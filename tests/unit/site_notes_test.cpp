// What listings of sites leave out, and say so: modules without a site, memory without a name, ids
// that are not those of other times.
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/attribution/site_notes.h"
#include "lib/base/suggest.h"
#include "lib/findings/verdict.h"
#include "lib/host/code_identity.h"
#include "output/json/sites.h"
#include "output/prometheus.h"
#include "output/text/sites.h"
#include "support/golden.h"
#include "support/samples.h"

namespace ghostmem {
namespace {

using namespace test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Closest, TakesCaseDashesAndAFewLetters) {
    const std::vector<std::string> known{"gmlab_pci", "e1000", "sites", "status"};
    EXPECT_EQ(closest("GMLAB-PCI", known), "gmlab_pci");
    EXPECT_EQ(closest("gmlab_pcie", known), "gmlab_pci");
    EXPECT_EQ(closest("sties", known), "");
    EXPECT_EQ(closest("site", known), "sites");
    EXPECT_EQ(closest("e1001", known), "e1000");
    EXPECT_EQ(closest("foo", known), "");
    EXPECT_EQ(closest("sites", known), "") << "it is known";
    EXPECT_EQ(closest("", known), "");
    EXPECT_EQ(closest(std::string(1000, 'x'), known), "");
}

std::vector<SiteView> views() {
    std::vector<Site> sites = sample_sites();
    sites.pop_back();
    return make_views(std::move(sites), 4096);
}

Site overflow() {
    Site other = site(1, 1024, {});
    other.flags = GHOSTMEM_SITE_F_OTHER;
    other.allocs = 1008;
    return other;
}

std::vector<std::string> notes_for(const std::string& module) {
    ListOptions options;
    options.module = module_name(module);
    return site_notes(views(), options);
}

TEST(SiteNotes, AMistypedModuleIsNoEmptyAnswer) {
    EXPECT_THAT(notes_for("lab"), IsEmpty());
    EXPECT_THAT(notes_for("kernel"), IsEmpty());
    EXPECT_THAT(notes_for("e1000.ko"),
                ElementsAre("no module named e1000.ko has a site; did you mean e1000?"));
    EXPECT_THAT(notes_for("E1000"), ElementsAre(HasSubstr("did you mean e1000?")));
    EXPECT_THAT(notes_for("e1000.ko.xz"), ElementsAre(HasSubstr("did you mean e1000?")));
    EXPECT_THAT(notes_for("nouveau"), ElementsAre("no module named nouveau has a site"));
}

TEST(SiteNotes, DashesAreTakenAsModprobeTakesThem) {
    EXPECT_EQ(module_name("gmlab-pci"), "gmlab_pci");
    EXPECT_EQ(module_name("gmlab_pci"), "gmlab_pci");
}

TEST(SiteNotes, TheKernelIsAModuleOfItsOwn) {
    ListOptions options;
    options.module = std::string(kernel_itself);
    for (const SiteView& view : select_sites(views(), options).sites)
        EXPECT_EQ(view.module, "");
    EXPECT_EQ(select_sites(views(), options).matched, 1U);
}

TEST(SiteNotes, MemoryWithoutANameIsSaid) {
    std::vector<SiteView> all = views();
    EXPECT_THAT(site_notes(all, {}), IsEmpty());
    all.push_back(make_view(overflow(), 4096));
    EXPECT_THAT(site_notes(all, {}),
                ElementsAre(AllOf(HasSubstr("4.0 MiB of 1008 allocations at (other)"),
                                  HasSubstr("leakctl sites --class other"))));
    ListOptions asked;
    asked.classes = ClassSet{SiteClass::other};
    EXPECT_THAT(site_notes(all, asked), IsEmpty()) << "it is listed, or not wanted";
}

TEST(SiteNotes, ArePrintedInBothFormats) {
    SitesReport report;
    report.notes = {"no module named x has a site"};
    std::ostringstream text;
    output::text::sites(text, output::Style(false), report);
    EXPECT_EQ(text.str(), "no sites\nno module named x has a site\n");
    std::ostringstream json;
    output::json::sites(json, report);
    EXPECT_THAT(json.str(), HasSubstr("\"no module named x has a site\""));
}

// What a full table counts under (other) has no name: whether it is a leak, nobody knows.
TEST(FullTable, IsAWarning) {
    const Ledger ledger = healthy_ledger();
    std::optional<Status> status = recording_status();
    std::vector<SiteView> sites{make_view(overflow(), 4096)};
    const Verdict verdict = judge({ledger, status, sites});
    EXPECT_EQ(verdict.level, VerdictLevel::warn);
    EXPECT_THAT(verdict.reasons.at(0),
                AllOf(HasSubstr("The table of sites (16384) is full"),
                      HasSubstr("4.0 MiB of 1008 allocations"), HasSubstr("--class other"),
                      HasSubstr("max_sites=65536")));
    status->sites_max = 262'141;
    EXPECT_THAT(judge({ledger, status, sites}).reasons.at(0), Not(HasSubstr("max_sites=")));
    sites.back().live_bytes = 1024 * 1024 - 1;
    EXPECT_EQ(judge({ledger, status, sites}).level, VerdictLevel::ok);
    // A stack that could not be read is no matter of room.
    sites.back() = make_view(site(2, 1024, {}), 4096);
    EXPECT_EQ(judge({ledger, status, sites}).level, VerdictLevel::ok);
}

struct Ids : testing::Test {
    std::filesystem::path root = testing::TempDir() + "/ids-" + std::to_string(getpid());
    void SetUp() override { std::filesystem::create_directories(root); }
    void TearDown() override { std::filesystem::remove_all(root); }
    void put(const std::string& file, const std::string& content) {
        std::filesystem::create_directories((root / file).parent_path());
        write_file(root / file, content);
    }
    std::vector<SiteView> told() {
        std::vector<Site> sites = sample_sites();
        CodeIdentity(root).tell(sites);
        return make_views(std::move(sites), 4096);
    }
};

TEST_F(Ids, AreStableOnlyWhereTheCodeIsKnown) {
    EXPECT_FALSE(ids_are_stable(told())) << "neither /proc nor /sys";
    put("proc/sys/kernel/osrelease", "6.1.0\n");
    EXPECT_FALSE(ids_are_stable(told())) << "whether the kernel has a build id is not known";
    put("sys/module/e1000/srcversion", "ABC\n");
    EXPECT_TRUE(ids_are_stable(told())) << "it has none";
    std::filesystem::remove_all(root / "proc");
    EXPECT_FALSE(ids_are_stable(told()));
}

TEST_F(Ids, AreMarkedWhereTheyAreNot) {
    SitesReport report;
    report.selection = select_sites(told(), {});
    std::ostringstream json;
    output::json::sites(json, report);
    EXPECT_THAT(json.str(),
                AllOf(HasSubstr("\"ids_stable\": false"), HasSubstr("\"id_not_stable\"")));
    std::ostringstream metrics;
    output::PrometheusOutput(metrics).metrics(sample_report(), report.selection);
    EXPECT_THAT(metrics.str(), HasSubstr("\nghostmem_site_ids_stable 0\n"));
}

} // namespace
} // namespace ghostmem
