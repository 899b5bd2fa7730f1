// What differs between two snapshots: of one host, before and after a boot, or of two hosts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/snapshot/snapshot.h"

namespace ghostmem {

/// What holds the memory of a row. Rows of different kinds overlap: ghosts are in sites as well.
enum class DiffKind {
    memory,    ///< a part of the ledger, or all ghosts
    holders,   ///< a known holder
    sites,     ///< the sites of one function
    sockets,   ///< the sockets of one process name and protocol
    slab,      ///< a slab cache
    processes, ///< anonymous memory of the processes of one name
};

/// Stable words, the ones that JSON uses.
std::string_view name_of(DiffKind kind);

struct DiffRow {
    DiffKind kind = DiffKind::memory;
    std::string name;
    std::string detail;             ///< for people; may be empty
    std::optional<uint64_t> before; ///< bytes; nullopt: it was not there
    std::optional<uint64_t> after;  ///< nullopt: it is gone
    std::vector<std::string>
        sites{}; ///< ids of the sites that changed, the one that did most first

    /// Saturates on absurd input.
    [[nodiscard]] int64_t change() const;
};

/// Something that is counted: tasks, files, descriptors.
struct DiffCount {
    std::string name; ///< a stable word
    std::string of;   ///< the process name; empty: the host
    std::optional<uint64_t> before;
    std::optional<uint64_t> after;

    [[nodiscard]] int64_t change() const;
};

enum class DiffState { began, ended, lasts };

std::string_view name_of(DiffState state);

struct DiffFinding {
    DiffState state = DiffState::lasts;
    std::string source; ///< verdict, procs, log: where the snapshot has it
    std::string rule;
    std::string subject; ///< a site, a process, a device; empty: the host
    std::string sentence;
};

struct SnapshotDiff {
    SnapshotHost before;
    SnapshotHost after;
    bool same_host = false;
    bool same_boot = false;
    int64_t elapsed_s = 0;
    SnapshotMemory memory_before; ///< without its parts
    SnapshotMemory memory_after;
    std::vector<DiffRow> rows;     ///< what has changed, the largest change first
    size_t within_error = 0;       ///< rows left out: they are estimates and may not have changed
    std::vector<DiffCount> counts; ///< what has changed, the largest change first
    std::vector<DiffFinding> findings; ///< those that began, then those that ended, then the others
    std::vector<std::string> limits;   ///< what cannot be compared; without full stops

    /// nullopt: it makes no sense, because these are two hosts or too little time is between them.
    [[nodiscard]] std::optional<double> per_hour(int64_t change) const;
};

SnapshotDiff compare(const Snapshot& before, const Snapshot& after);

} // namespace ghostmem
