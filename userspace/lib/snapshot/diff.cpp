#include "lib/snapshot/diff.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/snapshot/comparability.h"
#include "lib/snapshot/diff_findings.h"

namespace ghostmem {

namespace {

// A rate of less time than this says nothing.
constexpr int64_t least_elapsed_s = 60;

int64_t difference(uint64_t before, uint64_t after) {
    constexpr auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    return after >= before ? static_cast<int64_t>(std::min(after - before, most))
                           : -static_cast<int64_t>(std::min(before - after, most));
}

uint64_t size_of(int64_t change) {
    return change < 0 ? uint64_t{0} - static_cast<uint64_t>(change) : static_cast<uint64_t>(change);
}

// Bytes by whatever names them. A table that one of the snapshots lacks is not compared.
struct Amount {
    std::string detail;
    uint64_t bytes = 0;
    uint64_t margin = 0;
    std::map<std::string, uint64_t> sites{}; ///< bytes by id
};
using Amounts = std::map<std::string, Amount>;

Amounts memory_of(const Snapshot& snapshot) {
    Amounts amounts;
    for (const SnapshotPart& part : snapshot.memory.parts) {
        // That memory is free says nothing of who uses the rest.
        if (part.group != "free")
            amounts[part.name] = {part.group, part.bytes};
    }
    amounts["ghost"] = {"", snapshot.memory.ghost, snapshot.memory.ghost_error};
    return amounts;
}

Amounts holders_of(const Snapshot& snapshot) {
    Amounts amounts;
    for (const SnapshotHolder& holder : snapshot.holders)
        amounts[holder.name] = {holder.part, holder.bytes};
    return amounts;
}

// By function: ids depend on the build of the kernel, and one leak may have many stacks.
Amounts sites_of(const std::vector<SnapshotSite>& sites) {
    Amounts amounts;
    for (const SnapshotSite& site : sites) {
        const std::string where = site.module ? fmt::format(" [{}]", *site.module) : "";
        Amount& amount = amounts[fmt::format("{}{} {}", site.symbol, where, site.cls)];
        amount.detail = site.cls;
        amount.bytes = add(amount.bytes, site.live_bytes);
        amount.margin = add(amount.margin, site.margin.value_or(0));
        uint64_t& of_id = amount.sites[site.id];
        of_id = add(of_id, site.live_bytes);
    }
    return amounts;
}

Amounts sockets_of(const SnapshotSockets& sockets, bool pinned) {
    Amounts amounts;
    for (const SnapshotSocketGroup& group : sockets.groups)
        amounts[group.owner + " " + group.protocol] = {
            pinned ? "pinned" : "queued", pinned ? group.pinned.value_or(0) : group.bytes};
    return amounts;
}

Amounts slab_of(const std::vector<SnapshotSlab>& caches) {
    Amounts amounts;
    for (const SnapshotSlab& cache : caches)
        amounts[cache.name].bytes += cache.bytes;
    return amounts;
}

Amounts processes_of(const Snapshot& snapshot) {
    Amounts amounts;
    for (const SnapshotProcess& process : snapshot.processes)
        amounts[process.comm] = {"anonymous", process.anonymous_bytes};
    return amounts;
}

class Comparison {
  public:
    Comparison(const Snapshot& before, const Snapshot& after) : before_(before), after_(after) {
        diff_.before = before.host;
        diff_.after = after.host;
        diff_.same_host = same_host(before, after);
        diff_.same_boot = same_boot(before, after);
        diff_.elapsed_s = difference(before.host.taken_s, after.host.taken_s);
        diff_.memory_before = before.memory;
        diff_.memory_after = after.memory;
        diff_.memory_before.parts.clear();
        diff_.memory_after.parts.clear();
        diff_.limits = limits_of(before, after);
    }

    SnapshotDiff run() {
        compare(DiffKind::memory, memory_of(before_), memory_of(after_));
        compare(DiffKind::holders, holders_of(before_), holders_of(after_));
        if (before_.sites && after_.sites)
            compare(DiffKind::sites, sites_of(*before_.sites), sites_of(*after_.sites));
        if (before_.sockets && after_.sockets) {
            const bool pinned = before_.sockets->pinned && after_.sockets->pinned;
            compare(DiffKind::sockets, sockets_of(*before_.sockets, pinned),
                    sockets_of(*after_.sockets, pinned));
        }
        if (before_.slab && after_.slab)
            compare(DiffKind::slab, slab_of(*before_.slab), slab_of(*after_.slab));
        compare(DiffKind::processes, processes_of(before_), processes_of(after_));
        std::ranges::stable_sort(diff_.rows, std::ranges::greater{},
                                 [](const DiffRow& row) { return size_of(row.change()); });
        count_all();
        diff_.findings = compare_findings(before_, after_, diff_.same_boot);
        return std::move(diff_);
    }

  private:
    void compare(DiffKind kind, const Amounts& before, const Amounts& after) {
        std::set<std::string> names;
        for (const Amounts* amounts : {&before, &after}) {
            for (const auto& [name, amount] : *amounts)
                names.insert(name);
        }
        for (const std::string& name : names) {
            const auto was = before.find(name);
            const auto is = after.find(name);
            const Amount* left = was == before.end() ? nullptr : &was->second;
            const Amount* right = is == after.end() ? nullptr : &is->second;
            add_row(kind, name, left, right);
        }
    }

    void add_row(DiffKind kind, const std::string& name, const Amount* was, const Amount* is) {
        DiffRow row;
        row.kind = kind;
        row.name = name;
        row.detail = (is != nullptr ? is : was)->detail;
        if (was != nullptr)
            row.before = was->bytes;
        if (is != nullptr)
            row.after = is->bytes;
        if (row.change() == 0)
            return;
        const uint64_t margin =
            add(was != nullptr ? was->margin : 0, is != nullptr ? is->margin : 0);
        if (size_of(row.change()) <= margin) {
            ++diff_.within_error;
            return;
        }
        // The class tells apart what has one name, and is shown beside it.
        if (kind == DiffKind::sites)
            row.name.erase(row.name.rfind(' '));
        if (kind == DiffKind::sites && comparable_ids(before_, after_))
            row.sites = changed_sites(was, is);
        diff_.rows.push_back(std::move(row));
    }

    static std::vector<std::string> changed_sites(const Amount* was, const Amount* is) {
        std::map<std::string, int64_t> changes;
        for (const auto& [id, bytes] : was != nullptr ? was->sites : Amount{}.sites)
            changes[id] -= difference(0, bytes);
        for (const auto& [id, bytes] : is != nullptr ? is->sites : Amount{}.sites)
            changes[id] += difference(0, bytes);
        std::vector<std::pair<std::string, int64_t>> sorted(changes.begin(), changes.end());
        std::erase_if(sorted, [](const auto& each) { return each.second == 0; });
        std::ranges::stable_sort(sorted, std::ranges::greater{},
                                 [](const auto& each) { return size_of(each.second); });
        std::vector<std::string> ids;
        for (const auto& [id, change] : sorted)
            ids.push_back(id);
        return ids;
    }

    void count(std::string name, std::string of, std::optional<uint64_t> before,
               std::optional<uint64_t> after) {
        DiffCount one{std::move(name), std::move(of), before, after};
        if (one.change() != 0)
            diff_.counts.push_back(std::move(one));
    }

    void count_all() {
        const SnapshotTasks& was = before_.tasks;
        const SnapshotTasks& is = after_.tasks;
        count("processes", "", was.processes, is.processes);
        count("threads", "", was.threads, is.threads);
        count("zombies", "", was.zombies, is.zombies);
        count("uninterruptible", "", was.uninterruptible, is.uninterruptible);
        if (was.dying_cgroups && is.dying_cgroups)
            count("dying_cgroups", "", was.dying_cgroups, is.dying_cgroups);
        if (before_.handles && after_.handles) {
            count("open_files", "", before_.handles->files, after_.handles->files);
            if (before_.handles->inodes && after_.handles->inodes)
                count("inodes", "", before_.handles->inodes, after_.handles->inodes);
        }
        if (before_.sockets && after_.sockets)
            count("sockets", "", before_.sockets->sockets, after_.sockets->sockets);
        count_by_process();
        std::ranges::stable_sort(diff_.counts, std::ranges::greater{},
                                 [](const DiffCount& one) { return size_of(one.change()); });
    }

    void count_by_process() {
        std::map<std::string, std::array<const SnapshotProcess*, 2>> both;
        for (const SnapshotProcess& process : before_.processes)
            both[process.comm][0] = &process;
        for (const SnapshotProcess& process : after_.processes)
            both[process.comm][1] = &process;
        const auto of = [](const SnapshotProcess* process, auto member) {
            return process == nullptr ? std::nullopt : std::optional<uint64_t>(process->*member);
        };
        for (const auto& [comm, pair] : both) {
            const auto [was, is] = std::tuple(pair[0], pair[1]);
            count("threads", comm, of(was, &SnapshotProcess::threads),
                  of(is, &SnapshotProcess::threads));
            // Whose descriptors may not be read has an unknown number of them, not none.
            const bool known =
                (was == nullptr || was->descriptors) && (is == nullptr || is->descriptors);
            if (known)
                count("descriptors", comm, was == nullptr ? std::nullopt : was->descriptors,
                      is == nullptr ? std::nullopt : is->descriptors);
        }
    }

    const Snapshot& before_;
    const Snapshot& after_;
    SnapshotDiff diff_;
};

} // namespace

std::string_view name_of(DiffKind kind) {
    constexpr std::array<std::string_view, 6> words{"memory",  "holders", "sites",
                                                    "sockets", "slab",    "processes"};
    return words.at(static_cast<size_t>(kind));
}

int64_t DiffRow::change() const {
    return difference(before.value_or(0), after.value_or(0));
}

int64_t DiffCount::change() const {
    return difference(before.value_or(0), after.value_or(0));
}

std::optional<double> SnapshotDiff::per_hour(int64_t change) const {
    if (!same_host || elapsed_s < least_elapsed_s)
        return std::nullopt;
    return static_cast<double>(change) * 3600 / static_cast<double>(elapsed_s);
}

SnapshotDiff compare(const Snapshot& before, const Snapshot& after) {
    return Comparison(before, after).run();
}

} // namespace ghostmem
