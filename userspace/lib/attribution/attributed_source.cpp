#include "lib/attribution/attributed_source.h"

#include <utility>

#include "lib/attribution/account_sites.h"
#include "lib/attribution/estimate.h"
#include "lib/base/error.h"
#include "lib/host/code_identity.h"

namespace ghostmem {

AttributedSource::AttributedSource(ModuleSource& source, std::filesystem::path root)
    : source_(source), root_(std::move(root)) {}

std::vector<Site> AttributedSource::sites(const SiteFilter& filter) {
    std::vector<Site> sites = source_.sites(filter);
    CodeIdentity(root_).tell(sites);
    return estimate(std::move(sites));
}

std::vector<Site> AttributedSource::skb_sites() {
    std::vector<Site> sites = source_.skb_sites();
    CodeIdentity(root_).tell(sites);
    return sites;
}

template <typename Ask> auto AttributedSource::with_sites(Ask ask) {
    constexpr int attempts = 5;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        auto dump = ask();
        if (!has_shares(dump))
            return dump;
        // Also those that are empty by now: a receipt names whoever it was.
        std::vector<Site> sites = source_.sites({.min_pages = 0, .since_s = {}, .until_s = {}});
        if (source_.status().generation != dump.generation)
            continue;
        CodeIdentity(root_).tell(sites);
        add_sites(dump, sites);
        return dump;
    }
    throw Error(ErrorKind::inconsistent,
                "the tracker was reset again and again; find out who resets it, then try again");
}

AccountDump AttributedSource::devices() {
    return with_sites([&] { return source_.devices(); });
}

AccountDump AttributedSource::modules() {
    return with_sites([&] { return source_.modules(); });
}

EventDump AttributedSource::events(uint64_t since) {
    return with_sites([&] { return source_.events(since); });
}

} // namespace ghostmem
