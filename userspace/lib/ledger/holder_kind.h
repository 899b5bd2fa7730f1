// What a known holder is: each has a file in holders/.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/ghostmem.h>

#include "lib/ledger/holder.h"

namespace ghostmem::holders {

/// How much a holder has, as far as it can be measured on this host.
struct Measure {
    std::optional<uint64_t> bytes; ///< nullopt: not measurable; then `evidence` says why
    std::string detail;            ///< for people; may be empty
    std::string evidence;          ///< the source that was read
    uint64_t owned_bytes = 0;      ///< see Holder
};

struct HolderKind {
    std::string_view name; ///< see Holder
    std::string_view what;
    HolderPart part;
    /// Reads the source that it names as its evidence, and never fails.
    Measure (*measure)(const HolderSources&);
    /// See Holder. How large a page pool becomes, how many DMA buffers there are, or how long a pin
    /// lasts is not configured beforehand: these may leak, so they are not on_purpose.
    bool on_purpose = false;
    bool in_sockets = false;
    /// The functions through which it allocates its pages, which identify its sites in the tracker.
    /// One that ends in '*' is a prefix.
    std::array<std::string_view, 4> functions{};
};

/// In the order in which they are shown.
const std::vector<const HolderKind*>& all_holders();

/// Nothing can be measured; `what` is needed for it.
Measure needs(std::string what);

/// Returns the directory's entries with the prefix, by name; empty if it cannot be read.
std::vector<std::filesystem::path> entries(const std::filesystem::path& directory,
                                           std::string_view prefix = {});

/// A counter of /proc/vmstat; nullopt: there is none of that name.
std::optional<uint64_t> vmstat(const HolderSources& sources, std::string_view name);

/// The bytes of that many pages.
uint64_t bytes_of(const HolderSources& sources, uint64_t pages);

/// The bytes that the census has of a class; nullopt: there is no census.
std::optional<uint64_t> counted(const HolderSources& sources, ghostmem_page_class page_class);

} // namespace ghostmem::holders
