#include "lib/host/cgroups.h"

#include <system_error>

#include "lib/base/words.h"
#include "lib/host/proc_file.h"

namespace ghostmem {

namespace fs = std::filesystem;

namespace {

// A group's own path cannot be deeper in practice, and a fake one must not loop.
constexpr int most_levels = 32;

std::optional<uint64_t> counter(const fs::path& file, std::string_view name) {
    const auto text = read_text(file);
    if (!text)
        return std::nullopt;
    const auto counters = counters_of(*text);
    const auto at = counters.find(name);
    return at == counters.end() ? std::nullopt : std::optional(at->second);
}

} // namespace

std::optional<PidsLimit> pids_limit(const fs::path& root, const std::string& path) {
    const fs::path top = root / "sys/fs/cgroup";
    for (const char* hierarchy : {"", "pids"}) {
        fs::path group = fs::path(path).lexically_normal();
        for (int level = 0; level < most_levels; ++level) {
            const fs::path directory = top / hierarchy / group.relative_path();
            const auto most = read_number(directory / "pids.max");
            const auto current = read_number(directory / "pids.current");
            if (most && current)
                return PidsLimit{printable(group.native()), *current, *most};
            if (group.empty() || group == group.root_path())
                break;
            group = group.parent_path();
        }
    }
    return std::nullopt;
}

std::optional<DyingCgroups> read_dying_cgroups(const fs::path& root) {
    for (const char* place : {"sys/fs/cgroup", "sys/fs/cgroup/unified"}) {
        const fs::path top = root / place;
        const fs::path file = top / "cgroup.stat";
        const auto dying = counter(file, "nr_dying_descendants");
        if (!dying)
            continue;
        DyingCgroups found;
        found.dying = *dying;
        found.dying_memory = counter(file, "nr_dying_subsys_memory");
        found.living = counter(file, "nr_descendants").value_or(0);
        found.source = "/" + (fs::path(place) / "cgroup.stat").native();
        std::error_code error;
        fs::directory_iterator at(top, error);
        for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
            const auto below = counter(at->path() / "cgroup.stat", "nr_dying_descendants");
            if (below && *below > found.worst_dying) {
                found.worst_dying = *below;
                found.worst = "/" + printable(at->path().filename().native());
            }
        }
        return found;
    }
    return std::nullopt;
}

} // namespace ghostmem
