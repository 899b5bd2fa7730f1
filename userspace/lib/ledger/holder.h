// Those that are known to hold memory which no tracker has to see: each with its own evidence.
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

/// Which part of the ledger has it.
enum class HolderPart {
    ghost,        ///< no line of /proc/meminfo has it
    kernel,       ///< a line of the kernel's has it
    applications, ///< it is page cache, or shared memory
    outside,      ///< it is not in MemTotal
};

std::string_view name_of(HolderPart part);

/// What holders are looked for in.
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
    std::optional<uint64_t> bytes{}; ///< nullopt: it cannot be told here
    uint64_t in_sites_bytes = 0;     ///< of them, what sites of the tracker's hold as well
    std::string detail{};            ///< for people; may be empty
    std::string evidence{};          ///< where that can be read; or what it would need
    bool on_purpose = false;         ///< of ghosts: somebody set it up so, it does not leak
    bool in_sockets = false;         ///< of ghosts: sockets pin them, too, and are counted
};

/// All kinds there are, in a fixed order, those that hold nothing as well. Never fails.
std::vector<Holder> find_holders(const HolderSources& sources);

/// What holders of ghosts have beyond sites and sockets.
uint64_t held_beyond_sites(const std::vector<Holder>& holders);

/// What holders of ghosts have because somebody set them up so: no leak, however much it is.
uint64_t held_on_purpose(const std::vector<Holder>& holders);

} // namespace ghostmem
