#include "lib/host/namespaces.h"

#include <array>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "lib/host/mounts.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace fs = std::filesystem;

namespace {

struct Kind {
    const char* name;
    const char* cache; ///< its slab cache
};

constexpr std::array<Kind, 2> kinds{{{"net", "net_namespace"}, {"uts", "uts_namespace"}}};

struct Slab {
    uint64_t active = 0;
    uint64_t per_slab = 0;
};

// "net_namespace   12   14   4352   7   8 : ..."
std::optional<Slab> slab_of(std::string_view slabinfo, std::string_view cache) {
    std::optional<Slab> found;
    for_each_line(slabinfo, [&](std::string_view line) {
        const auto words = words_of(line);
        if (words.size() < 6 || words[0] != cache)
            return;
        found = Slab{number_of<uint64_t>(words[1]).value_or(0),
                     number_of<uint64_t>(words[4]).value_or(0)};
    });
    return found;
}

// Free objects that slabinfo counts as active, because they are in slabs of CPUs.
uint64_t uncertain(const fs::path& root, const Kind& kind, const Slab& slab, uint32_t cpus) {
    const fs::path directory = root / "sys/kernel/slab" / kind.cache;
    // "12(3) C0=4(1) ...": objects, and the slabs that they are in.
    const auto partial = read_text(directory / "slabs_cpu_partial");
    const std::string_view text = partial ? std::string_view(*partial) : std::string_view();
    const auto objects = number_of<uint64_t>(text.substr(0, text.find('(')));
    return cpus * slab.per_slab + objects.value_or(0);
}

bool shared_cache(const fs::path& root, const Kind& kind) {
    return read_number(root / "sys/kernel/slab" / kind.cache / "aliases").value_or(0) != 0;
}

class Holders {
  public:
    Holders(const fs::path& root, const std::set<uint64_t>& by_descriptor)
        : root_(root), by_descriptor_(by_descriptor) {}

    uint64_t count(const TaskList& tasks, const char* kind) {
        std::set<uint64_t> held;
        std::set<uint64_t> mount_namespaces;
        for (const Task& task : tasks.tasks) {
            if (task.zombie())
                continue;
            const fs::path directory = root_ / fmt::format("proc/{}/task/{}", task.pid, task.tid);
            if (const auto inode = link(directory, kind))
                held.insert(*inode);
            const auto mounts = task.leader() ? link(directory, "mnt") : std::nullopt;
            if (mounts && mount_namespaces.insert(*mounts).second)
                add_mounts(root_ / fmt::format("proc/{}", task.pid), kind, held);
        }
        const uint64_t seen = held.size();
        return seen + unknown_descriptors(held);
    }

  private:
    static std::optional<uint64_t> link(const fs::path& directory, const char* kind) {
        std::error_code error;
        const auto target = fs::read_symlink(directory / "ns" / kind, error);
        return error ? std::nullopt : inode_of<uint64_t>(target.native(), kind);
    }

    static void add_mounts(const fs::path& process, const char* kind, std::set<uint64_t>& held) {
        for (const Mount& mount : read_mounts(process)) {
            if (mount.type != "nsfs")
                continue;
            if (const auto inode = inode_of<uint64_t>(mount.root, kind))
                held.insert(*inode);
        }
    }

    // Some of these may be of another kind: then more count as held than are, which is harmless.
    [[nodiscard]] uint64_t unknown_descriptors(const std::set<uint64_t>& held) const {
        uint64_t more = 0;
        for (const uint64_t inode : by_descriptor_)
            more += held.contains(inode) ? 0 : 1;
        return more;
    }

    const fs::path& root_;
    const std::set<uint64_t>& by_descriptor_;
};

} // namespace

std::vector<NamespaceCount> count_namespaces(const fs::path& root, const TaskList& tasks,
                                             const std::set<uint64_t>& by_descriptor,
                                             uint32_t cpus) {
    std::vector<NamespaceCount> counts;
    const auto slabinfo = read_text(root / "proc/slabinfo");
    if (!slabinfo)
        return counts;
    Holders holders(root, by_descriptor);
    for (const Kind& kind : kinds) {
        const auto slab = slab_of(*slabinfo, kind.cache);
        if (!slab || shared_cache(root, kind))
            continue;
        counts.push_back({kind.name, slab->active, uncertain(root, kind, *slab, cpus),
                          holders.count(tasks, kind.name)});
    }
    return counts;
}

} // namespace ghostmem
