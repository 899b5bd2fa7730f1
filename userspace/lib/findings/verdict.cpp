#include "lib/findings/verdict.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "lib/attribution/estimate.h"
#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/findings/cycle_reasons.h"
#include "lib/ledger/holder.h"
#include "lib/sockets/report.h"

namespace ghostmem {

namespace {

constexpr uint64_t seconds_an_hour = 3600;

// Consecutive short windows in which a site has to grow: a minute of them for one that is younger
// than two long windows, ten minutes for one that the long windows show as steady.
constexpr uint32_t rises_if_young = 6;
// Samples of memory that turns over rise by chance: six times on end at odds of 1 to 5,040.
constexpr uint32_t rises_if_sampled = 12;
constexpr uint32_t rises_if_old = 60;
// That memory lasts for longer than a month is not worth saying.
constexpr double longest_time_left_h = 24 * 31;

std::string capitalized(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

class Judge {
  public:
    explicit Judge(const VerdictInput& input) : in_(input) {}

    Verdict run() {
        unloaded_modules();
        devices();
        growing();
        sockets();
        ghosts_by_size();
        before_load();
        if (in_.recorded) {
            add(VerdictLevel::warn, "Nothing can be attributed from recorded files: on the host "
                                    "itself, leakctl status with the module tells who holds what.");
        } else if (!in_.status) {
            add(VerdictLevel::warn, "Nothing can be attributed: the ghostmem module is not loaded "
                                    "(load it: modprobe ghostmem).");
            if (in_.load_policy.signed_only())
                add(VerdictLevel::warn, capitalized(in_.load_policy.advice()) + ".");
        } else {
            tracker(*in_.status);
        }
        if (level_ == VerdictLevel::ok)
            add(VerdictLevel::ok, all_is_well());
        return verdict();
    }

  private:
    struct Reason {
        VerdictLevel level;
        std::string sentence;
    };

    void add(VerdictLevel level, std::string sentence) {
        level_ = std::max(level_, level);
        reasons_.push_back({level, std::move(sentence)});
    }

    /// The gravest reasons first; those of a level stay in the order of the checks.
    Verdict verdict() {
        std::ranges::stable_sort(reasons_, std::ranges::greater{}, &Reason::level);
        Verdict verdict{level_, {}};
        for (Reason& reason : reasons_)
            verdict.reasons.push_back(std::move(reason.sentence));
        return verdict;
    }

    void unloaded_modules() {
        struct Left {
            uint64_t bytes = 0;
            std::optional<Uncertainty> error;
            uint64_t sites = 0;
            const SiteView* largest = nullptr;
        };
        std::map<std::string, Left> left;
        for (const SiteView& view : in_.sites) {
            if (!driver_classes().contains(view.cls) || view.live_bytes == 0 ||
                view.module_state != CodeState::unloaded)
                continue;
            Left& entry = left[view.module];
            entry.bytes += view.live_bytes;
            if (const auto& error = view.site.live_error)
                entry.error = entry.error.value_or(Uncertainty{}) + *error;
            ++entry.sites;
            if (entry.largest == nullptr || entry.largest->live_bytes < view.live_bytes)
                entry.largest = &view;
        }
        for (const auto& [module, entry] : left) {
            std::string sentence = fmt::format(
                "Module {} is gone and left {} behind, at {}", module,
                format_amount(entry.bytes, margin(entry.error)), count_of(entry.sites, "site"));
            const SiteView& largest = *entry.largest;
            sentence +=
                fmt::format("; the largest: {} taken in {}.",
                            largest.site.live_error
                                ? format_amount(largest.live_bytes, margin(largest.site.live_error))
                                : count_of(largest.live_bytes, "byte"),
                            largest.symbol);
            add(VerdictLevel::leak, std::move(sentence));
        }
    }

    void devices() {
        if (in_.devices == nullptr || !in_.status)
            return;
        for (CycleReason& reason : cycle_reasons(*in_.devices, Sampling(*in_.status)))
            add(reason.leak ? VerdictLevel::leak : VerdictLevel::warn, std::move(reason.sentence));
    }

    [[nodiscard]] std::optional<uint64_t> margin(const std::optional<Uncertainty>& error) const {
        return in_.status ? Sampling(*in_.status).margin(error) : std::nullopt;
    }

    [[nodiscard]] bool is_large(uint64_t bytes) const {
        return in_.thresholds.is_large(bytes, in_.ledger.total);
    }

    /// How fast the least that a site holds grows, and since when that is known.
    struct Rise {
        double bytes_per_hour = 0;
        uint64_t windows = 0; ///< consecutive short ones in which it grew; 0: the long ones show it
        uint32_t span_s = 0;
    };

    /// Whether a rise of so many bytes in so many seconds is more than samples show by chance. Its
    /// variance is that of the samples that came and went meanwhile, or of all of them where the
    /// site turns over. Four standard deviations have odds of one in 30,000, and both ways of
    /// rise_of() ask for more than one such rise.
    [[nodiscard]] bool beyond_chance(const SiteView& view, double risen, double seconds) const {
        const auto& error = view.site.live_error;
        if (!error || !in_.status)
            return true;
        const double page = in_.status->page_size;
        const double age = static_cast<double>(view.site.oldest_s.value_or(0));
        const double moved = static_cast<double>(view.site.alloc_pages + view.site.free_pages) *
                             page * std::min(1.0, seconds / std::max(age, 1.0));
        const double samples = std::min(moved, 2 * static_cast<double>(view.live_bytes));
        return risen >= 4 * std::sqrt(samples * error->weight * page);
    }

    /// In the windows in which it grows least, because a leak grows in the short ones and in the
    /// long ones.
    [[nodiscard]] std::optional<Rise> long_rise(const SiteView& view) const {
        if (view.growth.size() < 2)
            return std::nullopt;
        const double least = std::ranges::min(view.growth, {}, &Growth::bytes_per_s).bytes_per_s;
        const Growth& last = view.growth.back();
        if (least <= 0 || !beyond_chance(view, last.bytes_per_s * last.span_s, last.span_s))
            return std::nullopt;
        return Rise{least * seconds_an_hour};
    }

    /// In enough consecutive short ones: before two long ones are over, and where a leak has only
    /// just begun.
    [[nodiscard]] std::optional<Rise> short_rise(const SiteView& view) const {
        if (view.growth.empty())
            return std::nullopt;
        const Growth& last = view.growth.front();
        const uint32_t young = view.site.live_error ? rises_if_sampled : rises_if_young;
        const double seconds = static_cast<double>(last.rises) * last.span_s;
        if (last.rises < (view.growth.size() < 2 ? young : rises_if_old) ||
            !beyond_chance(view, last.bytes_per_s * seconds, seconds))
            return std::nullopt;
        return Rise{last.bytes_per_s * seconds_an_hour, last.rises, last.span_s};
    }

    /// The long windows tell more, where they show a growth that matters.
    [[nodiscard]] std::optional<Rise> rise_of(const SiteView& view) const {
        const auto rise = long_rise(view);
        return rise && rise->bytes_per_hour >= slowest_growth() ? rise : short_rise(view);
    }

    void growing() {
        const SiteView* worst = nullptr;
        Rise fastest;
        for (const SiteView& view : in_.sites) {
            // How large a known holder becomes is somebody's setting.
            if (!driver_classes().contains(view.cls) || is_on_purpose(view))
                continue;
            const auto rise = rise_of(view);
            if (rise &&
                rise->bytes_per_hour >= std::max(fastest.bytes_per_hour, slowest_growth())) {
                worst = &view;
                fastest = *rise;
            }
        }
        if (worst == nullptr)
            return;
        const bool much = fastest.windows == 0 && worst->live_bytes >= in_.thresholds.growth_bytes;
        add(much ? VerdictLevel::leak : VerdictLevel::warn,
            fmt::format("{}{} holds {} and grows by {} an hour: {}{} (its stack: leakctl sites "
                        "--sort growth --stacks).",
                        worst->symbol, in_module(*worst), format_bytes(worst->live_bytes),
                        format_bytes(static_cast<uint64_t>(fastest.bytes_per_hour)),
                        ever_more(fastest), time_left(fastest)));
    }

    [[nodiscard]] double slowest_growth() const {
        return static_cast<double>(in_.thresholds.growth_bytes_per_hour);
    }

    static std::string ever_more(const Rise& rise) {
        if (rise.windows == 0)
            return "it never held less than before";
        return fmt::format("for {} it has never held less than {} before",
                           format_age(rise.windows * rise.span_s), format_age(rise.span_s));
    }

    /// "; available memory (1.2 GiB) lasts for 20m at this rate"
    [[nodiscard]] std::string time_left(const Rise& rise) const {
        if (!in_.available_bytes)
            return {};
        const double hours = static_cast<double>(*in_.available_bytes) / rise.bytes_per_hour;
        if (hours > longest_time_left_h)
            return {};
        return fmt::format("; available memory ({}) lasts for {} at this rate",
                           format_bytes(*in_.available_bytes),
                           format_age(static_cast<uint64_t>(hours * seconds_an_hour)));
    }

    void sockets() {
        if (in_.sockets == nullptr || !in_.sockets->worst)
            return;
        const SocketFinding& worst = *in_.sockets->worst;
        // What it frees is a lower bound and therefore certain.
        const uint64_t bytes = worst.frees_bytes;
        const Thresholds& thresholds = in_.thresholds;
        if (worst.situation == SocketSituation::ring || bytes < thresholds.socket_bytes)
            return;
        if (is_large(bytes))
            add(VerdictLevel::leak, worst.text());
        else if (bytes >= in_.ledger.total / 100 * thresholds.socket_share_percent ||
                 worst.cannot_act || worst.idle_ms.value_or(0) / 1000 >= thresholds.socket_idle_s)
            add(VerdictLevel::warn, worst.text());
    }

    void ghosts_by_size() {
        const Ledger& ledger = in_.ledger;
        if (!is_large(excess(ledger.ghost, in_.on_purpose_bytes)))
            return;
        std::string sentence =
            fmt::format("No line of /proc/meminfo accounts for {} ({} % of memory)",
                        format_bytes(ledger.ghost), percent(ledger.ghost));
        if (const SiteView* site = largest_ghost())
            sentence += fmt::format("; the largest ghost site seen holds {}: {}{}",
                                    format_bytes(site->live_bytes), site->symbol, in_module(*site));
        if (in_.sockets != nullptr && in_.status)
            sentence += fmt::format(
                "; sockets pin {}",
                format_bytes(
                    in_.sockets->dump.census.held.pinned_bytes(in_.status->page_size).value_or(0)));
        add(VerdictLevel::leak, sentence + ".");
    }

    /// Nobody can know who holds these: an ok beside them would be a guess.
    void before_load() {
        const uint64_t bytes = in_.before_load_bytes.value_or(0);
        // What samples may have missed is no ghost of before load.
        const uint64_t certain = excess(bytes, in_.sites_margin_bytes);
        if (!in_.thresholds.much_before_load(certain, in_.ledger.total))
            return;
        add(VerdictLevel::warn,
            fmt::format("{} of ghosts ({} % of memory) were allocated before recording began, so "
                        "that no site has them: leakctl trace --for 10m shows who goes on "
                        "allocating, leakctl sockets what sockets pin.",
                        format_bytes(bytes), percent(bytes)));
    }

    void tracker(const Status& status) {
        if (status.disabled_reason)
            add(VerdictLevel::warn,
                fmt::format("The tracker has turned itself off: {}.", *status.disabled_reason));
        else if (status.change)
            add(VerdictLevel::warn, fmt::format("Nothing is attributed at the moment: the tracker "
                                                "is {}; ask again.",
                                                name_of(*status.change)));
        else if (status.mode == Mode::off)
            add(VerdictLevel::warn, "Nothing is attributed: tracking is off (turn it on: leakctl "
                                    "config mode=sampled).");
        else
            coverage(status);
        for (const Lost& lost : status.lost) {
            if (lost.count != 0 && !counted_all_the_same(lost))
                add(VerdictLevel::warn,
                    fmt::format("Totals may be off by {} ({}): {}.",
                                count_of(lost.count, unit_of(lost)), lost.name, lost.meaning));
        }
    }

    void coverage(const Status& status) {
        for (const Hook& hook : status.hooks) {
            if (hook.needed && hook.state != HookState::attached)
                add(VerdictLevel::warn, fmt::format("Hook {} is {}: {}.", hook.name,
                                                    name_of(hook.state), hook.consequence));
            if (hook.deaf_s)
                add(VerdictLevel::warn,
                    fmt::format("Hook {} {}: {}.", hook.name, deaf_words(hook), hook.consequence));
            if (hook.missed != 0)
                add(VerdictLevel::warn,
                    fmt::format("The kernel could not deliver {} to hook {}: {}.",
                                count_of(hook.missed, "event"), hook.name, hook.consequence));
        }
    }

    [[nodiscard]] std::string all_is_well() const {
        const uint64_t purpose = std::min(in_.on_purpose_bytes, in_.ledger.ghost);
        if (is_large(purpose))
            return fmt::format("Ghosts ({}) are below the limits ({}) but for {} that was set up "
                               "so, and no unloaded module is seen to hold memory.",
                               format_bytes(in_.ledger.ghost), in_.thresholds.limits(),
                               format_bytes(purpose));
        return fmt::format("Ghosts ({}) are below the limits ({}), and no unloaded module is seen "
                           "to hold memory.",
                           format_bytes(in_.ledger.ghost), in_.thresholds.limits());
    }

    [[nodiscard]] const SiteView* largest_ghost() const {
        const SiteView* largest = nullptr;
        for (const SiteView& view : in_.sites) {
            if (view.cls == SiteClass::direct &&
                (largest == nullptr || largest->live_bytes < view.live_bytes))
                largest = &view;
        }
        return largest;
    }

    static std::string in_module(const SiteView& site) {
        if (site.module.empty())
            return {};
        const bool gone = site.module_state == CodeState::unloaded;
        return fmt::format(" [{}{}]", site.module, gone ? ", unloaded" : "");
    }

    [[nodiscard]] uint64_t percent(uint64_t bytes) const {
        const double total = static_cast<double>(std::max<uint64_t>(in_.ledger.total, 1));
        return static_cast<uint64_t>(static_cast<double>(bytes) * 100 / total);
    }

    const VerdictInput& in_;
    VerdictLevel level_ = VerdictLevel::ok;
    std::vector<Reason> reasons_;
};

} // namespace

std::string_view name_of(VerdictLevel level) {
    switch (level) {
    case VerdictLevel::warn:
        return "warn";
    case VerdictLevel::leak:
        return "leak";
    case VerdictLevel::ok:
        break;
    }
    return "ok";
}

Verdict judge(const VerdictInput& input) {
    return Judge(input).run();
}

} // namespace ghostmem
