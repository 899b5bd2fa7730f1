// Known holders of memory that are found without the tracker, each with its own evidence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/attribution/site_view.h"
#include "lib/host/mappings.h"
#include "lib/host/meminfo.h"
#include "lib/model/zone.h"

namespace ghostmem {

struct SocketSummary;

/// The part of the ledger that includes it.
enum class HolderPart {
    ghost,        ///< no line of /proc/meminfo has it
    kernel,       ///< a line of /proc/meminfo for kernel memory has it
    applications, ///< it is page cache, or shared memory
    outside,      ///< it is not in MemTotal
};

std::string_view name_of(HolderPart part);

/// The sources in which holders are looked for.
struct HolderSources {
    const std::filesystem::path& root; ///< where /proc, /sys and /dev are
    const Meminfo& meminfo;
    uint32_t page_size;           ///< bytes
    const PageCensus* census;     ///< nullptr: none
    const SocketSummary* sockets; ///< nullptr: not known
    const std::vector<SiteView>& sites;
    const SpecialMappings& mappings;
};

struct Holder {
    std::string_view name; ///< a stable word, the one that JSON uses
    std::string_view what; ///< for people
    HolderPart part;
    std::optional<uint64_t> bytes{}; ///< nullopt: it cannot be measured here
    uint64_t in_sites_bytes = 0;     ///< the part that sites of the tracker hold as well
    uint64_t owned_bytes = 0; ///< for ghosts: the part that processes asked for, which are named
    std::string detail{};     ///< for people; may be empty
    std::string evidence{};   ///< where it can be read, or what is needed for that
    bool on_purpose = false;  ///< for ghosts: it was configured so and is no leak
    bool in_sockets = false;  ///< for ghosts: sockets pin them, too, and are counted
};

/// Returns all kinds, in a fixed order, also those that hold nothing. Never fails.
std::vector<Holder> find_holders(const HolderSources& sources);

/// Bytes that holders of ghosts have beyond those of sites and sockets.
uint64_t held_beyond_sites(const std::vector<Holder>& holders);

/// Bytes that holders of ghosts have for processes that are named.
uint64_t held_for_owners(const std::vector<Holder>& holders);

/// Whether the site is one of a holder that was configured so.
bool is_on_purpose(const SiteView& site);

/// Bytes that holders of ghosts have because they were configured so: no leak, however many.
uint64_t held_on_purpose(const std::vector<Holder>& holders);

} // namespace ghostmem
