#include "gmwitness/stacks.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "gmwitness/account.h"
#include "gmwitness/frame_key.h"
#include "gmwitness/page_owner.h"

namespace gmwitness {
namespace {

constexpr const char* account_path = "/sys/kernel/debug/page_owner";
constexpr size_t shown_differences = 10;

struct Tally {
    int64_t owned = 0;  // page_owner's pages since recording began
    int64_t unsure = 0; // page_owner's pages from about that moment
    int64_t before = 0; // ghostmem's pages before and after page_owner was read
    int64_t after = 0;

    // The minimum difference between the two.
    [[nodiscard]] int64_t difference() const {
        const auto [low, high] = std::minmax(before, after);
        return std::max({int64_t{0}, owned - high, low - owned - unsure});
    }
};

using Tallies = std::map<std::string, Tally>;

// page_owner records the memory that it allocates for its own stack records under one dummy stack.
constexpr const char* its_own = "  (page_owner's own)\n";
bool is_its_own(const std::vector<std::string>& frames) {
    return passes(frames, {"register_dummy_stack"});
}
bool is_for_it(const std::vector<std::string>& frames) {
    return passes(frames, {"__set_page_owner", "__reset_page_owner", "save_stack"});
}

// Whether a stack may contain code that was freed, with its module or as a module's init text.
// ghostmem keeps the names; page_owner has an address, or the symbol that is at that address now.
bool may_be_gone(const std::vector<std::string>& frames) {
    return passes(frames, {"do_one_initcall"}) ||
           std::any_of(frames.begin(), frames.end(),
                       [](const std::string& frame) { return frame.ends_with(", unloaded]"); });
}

// The keys of stacks: exact, except for stacks that page_owner reports under other names.
class Keys {
  public:
    Keys(const std::vector<Site>& ours, const std::vector<Block>& theirs) {
        std::set<std::string> known;
        std::set<std::string> gone;
        for (const Site& site : ours) {
            known.insert(key_.exact(site.frames));
            if (may_be_gone(site.frames))
                gone.insert(key_.blurred(site.frames));
        }
        for (const Block& block : theirs) {
            if (const std::string blurred = key_.blurred(block.frames);
                gone.contains(blurred) && !known.contains(key_.exact(block.frames)))
                misnamed_.insert(blurred);
        }
    }

    [[nodiscard]] std::string of(const std::vector<std::string>& frames) const {
        // If zsmalloc migrates its own pages, page_owner has migrated pages under the stack that
        // allocated their target: only the sum of both matches ghostmem's.
        if (passes(frames, {"zs_malloc", "compaction_alloc"}))
            return "  (zsmalloc's, and what compaction took for them)\n";
        std::string blurred = key_.blurred(frames);
        return misnamed_.contains(blurred) ? blurred : key_.exact(frames);
    }

  private:
    FrameKey key_;
    std::set<std::string> misnamed_;
};

class Comparison {
  public:
    Comparison(const Began& began, const std::vector<Site>& ours, const std::vector<Block>& theirs)
        : began_(began), keys_(ours, theirs) {
        for (const Site& site : ours)
            add(site);
        for (const Block& block : theirs)
            add(block);
    }

    [[nodiscard]] const Tallies& tallies() const { return tallies_; }
    [[nodiscard]] int64_t moved_pages() const { return moved_pages_; }

  private:
    Began began_;
    Keys keys_;
    int64_t moved_pages_ = 0;
    Tallies tallies_;

    void add(const Site& site) {
        const bool for_it = is_for_it(site.frames);
        // page_owner's own records of the dump's stacks outlive the dump.
        if (is_the_dump(site) && !for_it)
            return;
        Tally& tally = tallies_[for_it ? its_own : keys_.of(site.frames)];
        tally.before += site.before;
        tally.after += site.after;
    }

    void add(const Block& block) {
        // A page that the kernel migrates keeps its owner.
        if (block.moved)
            moved_pages_ += block.pages;
        Tally& tally = tallies_[is_its_own(block.frames) ? its_own : keys_.of(block.frames)];
        (block.taken_ns >= began_.before_ns ? tally.owned : tally.unsure) += block.pages;
    }
};

struct Sum {
    int64_t stacks = 0;
    int64_t pages = 0;
    int64_t unsure = 0;
    int64_t restless = 0;
    int64_t differ = 0;
};

Sum sum_of(const Tallies& tallies) {
    Sum sum;
    for (const auto& [key, tally] : tallies) {
        sum.stacks += tally.owned + tally.after != 0;
        sum.pages += tally.owned;
        sum.unsure += tally.unsure;
        sum.restless += std::abs(tally.after - tally.before);
        sum.differ += tally.difference();
    }
    return sum;
}

void print_worst(const Tallies& tallies) {
    std::multimap<int64_t, std::string, std::greater<>> worst;
    for (const auto& [key, tally] : tallies) {
        if (tally.difference() != 0)
            worst.emplace(tally.difference(), key);
    }
    size_t shown = 0;
    for (const auto& [difference, key] : worst) {
        if (shown++ == shown_differences)
            break;
        const Tally& tally = tallies.at(key);
        std::cout << "page_owner has " << tally.owned << " pages (and " << tally.unsure
                  << " perhaps), ghostmem had " << tally.before << ", then " << tally.after << ":\n"
                  << key;
    }
}

} // namespace

int compare_stacks(const Began& began) {
    const Account account = take_account(account_path, [&began](const std::string& entry) {
        return is_kernels(entry, began.after_ns);
    });
    const Comparison comparison(began, account.sites, parse_page_owner(account.kernel));
    const Sum sum = sum_of(comparison.tallies());
    std::cout << sum.stacks << " stacks, " << sum.pages << " pages, " << sum.differ << " differ; "
              << comparison.moved_pages() << " of them moved by compaction, " << sum.unsure
              << " taken as recording began, " << sum.restless << " came or went meanwhile\n";
    print_worst(comparison.tallies());
    return sum.differ == 0 && sum.unsure + sum.restless <= quiet_pages ? 0 : 1;
}

} // namespace gmwitness
