// The commands' interface to the kernel module; tests use a fake.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/model/census.h"
#include "lib/model/search.h"
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

    /// Returns a dump of one generation, by ascending id. AttributedSource adds what leakctl works
    /// out itself: estimates instead of samples, and the identity of the code. A dump that is
    /// interrupted by a reset is retried a few times; then ErrorKind::inconsistent is thrown.
    virtual std::vector<Site> sites(const SiteFilter& filter) = 0;

    /// Likewise for the sites of sk_buffs; empty while sk_buffs are not watched.
    virtual std::vector<Site> skb_sites() = 0;

    /// Takes a census and returns it with the sockets that pin most, at most `top` of them. Throws
    /// ErrorKind::unsupported if the module has no census.
    virtual SocketDump sockets(std::optional<uint32_t> top) = 0;

    /// Takes a census of page frames. Throws ErrorKind::unsupported if the module has none.
    virtual PageCensus zones() = 0;

    /// Starts the search for holders; does not wait for it. Throws ErrorKind::unsupported if the
    /// module has none, ErrorKind::refused if one is running.
    virtual void start_search() = 0;
    virtual void stop_search() = 0;
    virtual SearchState search() = 0;
    /// The result of the last search; nullopt if there is none.
    virtual std::optional<SearchResult> search_result() = 0;

    virtual void reset() = 0;
    /// Applies all of the change or nothing. Another mode than the present one discards all records
    /// of pages.
    virtual void configure(const ConfigChange& change) = 0;
};

} // namespace ghostmem
