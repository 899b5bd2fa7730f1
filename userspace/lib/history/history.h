// What patrols have seen: their figures, the findings that began and ended, and the baseline.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lib/history/database.h"

namespace ghostmem {

/// The figures of one patrol. nullopt: not known.
struct PatrolRecord {
    uint64_t taken_s = 0; ///< since 1970
    std::string boot_id;
    std::optional<uint64_t> log_next; ///< the first record of the kernel's log not read
    std::string state;                ///< CheckState, as a word
    uint64_t ghost_bytes = 0;
    uint64_t free_bytes = 0;
    std::optional<uint64_t> available_bytes;
    std::optional<uint64_t> sites_bytes;
    std::optional<uint64_t> sockets_bytes;
    std::optional<uint64_t> unattributed_bytes;
    uint64_t processes = 0;
    uint64_t zombies = 0;
    uint64_t uninterruptible = 0;
    std::optional<uint64_t> open_files;
    uint64_t findings = 0;
};

/// A finding that one patrol or several in a row have made.
struct FindingRecord {
    uint64_t row = 0; ///< 0: not stored yet
    std::string source;
    std::string rule;
    std::string subject;
    std::string state; ///< of the last time
    std::string sentence;
    uint64_t began_s = 0;
    uint64_t seen_s = 0;             ///< for the last time
    uint64_t told_s = 0;             ///< when it was printed last
    std::optional<uint64_t> ended_s; ///< nullopt: it lasts
};

struct Baseline {
    uint64_t taken_s = 0;
    std::string document; ///< a snapshot
};

/// Every operation throws Error(io).
class History {
  public:
    /// Creates the file if `access` is write. Refuses a database of another program or of a newer
    /// leakctl.
    History(const std::filesystem::path& file, Database::Access access);

    [[nodiscard]] std::optional<Baseline> baseline();
    [[nodiscard]] std::optional<PatrolRecord> last();
    /// The findings that last.
    [[nodiscard]] std::vector<FindingRecord> lasting();

    /// Stores all that a patrol has seen, or nothing of it, and forgets what is older than
    /// `keep_from_s`. A finding that lasts is not forgotten.
    void add(const PatrolRecord& record, const std::vector<FindingRecord>& findings,
             const std::optional<Baseline>& baseline, uint64_t keep_from_s);

    /// The newest first, at most so many.
    [[nodiscard]] std::vector<PatrolRecord> records(size_t most);
    [[nodiscard]] std::vector<FindingRecord> findings(size_t most);

  private:
    void create();
    void put(const PatrolRecord& record);
    void put(const FindingRecord& finding);

    Database database_;
};

} // namespace ghostmem
