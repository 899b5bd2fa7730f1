#include "lib/ledger/holder.h"

#include <algorithm>

#include "lib/base/saturate.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem {

namespace {

using holders::HolderKind;

bool matches(std::string_view pattern, std::string_view symbol) {
    if (pattern.ends_with('*'))
        return symbol.starts_with(pattern.substr(0, pattern.size() - 1));
    return symbol == pattern;
}

bool is_site_of(const HolderKind& kind, const SiteView& site) {
    return std::ranges::any_of(site.site.frames, [&](const Frame& frame) {
        return std::ranges::any_of(kind.functions, [&](std::string_view pattern) {
            return !pattern.empty() && matches(pattern, frame.symbol);
        });
    });
}

uint64_t bytes_in_sites(const HolderKind& kind, const std::vector<SiteView>& sites) {
    uint64_t bytes = 0;
    for (const SiteView& site : sites) {
        if (site.cls == SiteClass::direct && is_site_of(kind, site))
            bytes = add(bytes, site.live_bytes);
    }
    return bytes;
}

bool is_of_ghosts(const Holder& holder) {
    return holder.part == HolderPart::ghost && holder.bytes;
}

} // namespace

std::string_view name_of(HolderPart part) {
    switch (part) {
    case HolderPart::kernel:
        return "kernel";
    case HolderPart::applications:
        return "applications";
    case HolderPart::outside:
        return "outside";
    case HolderPart::ghost:
        break;
    }
    return "ghost";
}

std::vector<Holder> find_holders(const HolderSources& sources) {
    std::vector<Holder> found;
    for (const HolderKind* at : holders::all_holders()) {
        const HolderKind& kind = *at;
        holders::Measure measure = kind.measure(sources);
        Holder holder{.name = kind.name, .what = kind.what, .part = kind.part};
        holder.bytes = measure.bytes;
        holder.owned_bytes = std::min(measure.owned_bytes, holder.bytes.value_or(0));
        holder.detail = std::move(measure.detail);
        holder.evidence = std::move(measure.evidence);
        holder.on_purpose = kind.on_purpose;
        holder.in_sockets = kind.in_sockets;
        if (kind.part == HolderPart::ghost && holder.bytes)
            holder.in_sites_bytes = std::min(*holder.bytes, bytes_in_sites(kind, sources.sites));
        found.push_back(std::move(holder));
    }
    return found;
}

uint64_t held_beyond_sites(const std::vector<Holder>& holders) {
    uint64_t bytes = 0;
    for (const Holder& holder : holders) {
        if (is_of_ghosts(holder) && !holder.in_sockets)
            bytes = add(bytes, excess(*holder.bytes, holder.in_sites_bytes));
    }
    return bytes;
}

uint64_t held_for_owners(const std::vector<Holder>& holders) {
    uint64_t bytes = 0;
    for (const Holder& holder : holders) {
        if (is_of_ghosts(holder))
            bytes = add(bytes, holder.owned_bytes);
    }
    return bytes;
}

bool is_on_purpose(const SiteView& site) {
    return std::ranges::any_of(holders::all_holders(), [&](const HolderKind* kind) {
        return kind->on_purpose && is_site_of(*kind, site);
    });
}

uint64_t held_on_purpose(const std::vector<Holder>& holders) {
    uint64_t bytes = 0;
    for (const Holder& holder : holders) {
        if (is_of_ghosts(holder) && holder.on_purpose)
            bytes = add(bytes, *holder.bytes);
    }
    return bytes;
}

} // namespace ghostmem
