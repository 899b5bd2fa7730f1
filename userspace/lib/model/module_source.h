// The kernel as commands see it; tests put a fake behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/model/census.h"
#include "lib/model/settings.h"
#include "lib/model/site.h"
#include "lib/model/status.h"
#include "lib/model/zone.h"

namespace ghostmem {

/// FILTER of SITE_GET. The window is [since_s, until_s) on Status::clock_s.
struct SiteFilter {
    uint64_t min_pages = 1;
    std::optional<uint64_t> since_s;
    std::optional<uint64_t> until_s;
};

/// Every operation throws Error.
class ModuleSource {
  public:
    virtual ~ModuleSource() = default;

    virtual Status status() = 0;

    /// A dump of one generation, by ascending id; of samples the estimates. A dump that a reset
    /// cuts through is taken again, a few times, and then is ErrorKind::inconsistent.
    virtual std::vector<Site> sites(const SiteFilter& filter) = 0;

    /// The sites of sk_buffs, likewise; none while they are not watched.
    virtual std::vector<Site> skb_sites() = 0;

    /// A census of its own, and the sockets that pin most, `top` of them at most. A module that
    /// has no census is ErrorKind::unsupported.
    virtual SocketDump sockets(std::optional<uint32_t> top) = 0;

    /// A census of page frames, of its own. A module that has none is ErrorKind::unsupported.
    virtual PageCensus zones() = 0;

    virtual void reset() = 0;
    /// All of it or nothing. A mode, also the one it is in, forgets all records.
    virtual void configure(const ConfigChange& change) = 0;
};

} // namespace ghostmem
