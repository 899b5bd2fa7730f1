#include "lib/attribution/attributed_source.h"

#include <utility>

#include "lib/attribution/estimate.h"
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

} // namespace ghostmem
