#include "lib/verdict.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "lib/estimate.h"
#include "lib/units.h"

namespace ghostmem {

namespace {

constexpr uint64_t mib = 1024 * 1024;
constexpr uint64_t ghosts_at_any_size = 6 * 1024 * mib;
constexpr uint64_t ghosts_with_share = 1536 * mib;
constexpr uint64_t share_divisor = 10; // 10 %

// These reasons cost a name, not a byte.
constexpr std::string_view counted_all_the_same[] = {"sites_full", "no_stack", "unnamed"};

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
        ghosts_by_size();
        if (!in_.status) {
            add(VerdictLevel::warn, "Nothing can be attributed: the ghostmem module is not loaded "
                                    "(load it: modprobe ghostmem).");
            if (in_.load_policy.signed_only())
                add(VerdictLevel::warn, capitalized(in_.load_policy.advice()) + ".");
        } else {
            tracker(*in_.status);
        }
        if (verdict_.level == VerdictLevel::ok)
            add(VerdictLevel::ok, all_is_well());
        return std::move(verdict_);
    }

  private:
    void add(VerdictLevel level, std::string sentence) {
        verdict_.level = std::max(verdict_.level, level);
        verdict_.reasons.push_back(std::move(sentence));
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

    [[nodiscard]] std::optional<uint64_t> margin(const std::optional<Uncertainty>& error) const {
        return in_.status ? Sampling(*in_.status).margin(error) : std::nullopt;
    }

    void ghosts_by_size() {
        const Ledger& ledger = in_.ledger;
        const bool large_share = ledger.ghost >= ledger.total / share_divisor;
        if (ledger.ghost < ghosts_at_any_size &&
            !(large_share && ledger.ghost >= ghosts_with_share))
            return;
        std::string sentence =
            fmt::format("No line of /proc/meminfo accounts for {} ({} % of memory)",
                        format_bytes(ledger.ghost), percent(ledger.ghost));
        if (const SiteView* site = largest_ghost())
            sentence += fmt::format("; the largest ghost site seen holds {}: {}{}",
                                    format_bytes(site->live_bytes), site->symbol, in_module(*site));
        add(VerdictLevel::leak, sentence + ".");
    }

    void tracker(const Status& status) {
        if (status.disabled_reason)
            add(VerdictLevel::warn,
                fmt::format("The tracker has turned itself off: {}.", *status.disabled_reason));
        else if (status.mode == Mode::off)
            add(VerdictLevel::warn, "Nothing is attributed: tracking is off (turn it on: leakctl "
                                    "config mode=exact).");
        else
            coverage(status);
        for (const Lost& lost : status.lost) {
            const bool counted = std::ranges::find(counted_all_the_same, lost.name) !=
                                 std::end(counted_all_the_same);
            if (lost.count != 0 && !counted)
                add(VerdictLevel::warn,
                    fmt::format("Totals may be off by {} ({}): {}.", count_of(lost.count, "event"),
                                lost.name, lost.meaning));
        }
    }

    void coverage(const Status& status) {
        for (const Hook& hook : status.hooks) {
            if (hook.needed && hook.state != HookState::attached)
                add(VerdictLevel::warn, fmt::format("Hook {} is {}: {}.", hook.name,
                                                    name_of(hook.state), hook.consequence));
            if (hook.missed != 0)
                add(VerdictLevel::warn,
                    fmt::format("The kernel could not deliver {} to hook {}: {}.",
                                count_of(hook.missed, "event"), hook.name, hook.consequence));
        }
    }

    [[nodiscard]] std::string all_is_well() const {
        return fmt::format("Ghosts ({}) are below the limits, and no unloaded module holds memory.",
                           format_bytes(in_.ledger.ghost));
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
    Verdict verdict_;
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
