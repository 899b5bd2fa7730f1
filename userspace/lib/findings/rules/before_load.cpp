// Ghosts that were there before recording began.
#include <string>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

/// Page pools are counted by the census, but how much of them sockets have is not known, so they
/// are not subtracted.
std::string kind_of(const VerdictInput& in, uint64_t bytes) {
    const Holder* most = in.largest_holder(false);
    if (most == nullptr || !most->in_sockets || *most->bytes < bytes / 2)
        return {};
    return fmt::format(" Among them are {}.", described(*most));
}

// Nobody can know who holds these: an ok beside them would be a guess.
std::vector<Finding> find(const VerdictInput& in) {
    const uint64_t bytes = in.before_load_bytes.value_or(0);
    // What samples may have missed is no ghost of before load.
    const uint64_t certain = excess(bytes, in.sites_margin_bytes);
    if (!in.thresholds.much_before_load(certain, in.ledger.total))
        return {};
    return {{.level = VerdictLevel::warn,
             .confidence = Confidence::possible,
             .sentence = fmt::format(
                 "{} of ghosts ({} % of memory) were allocated before recording began, so that no "
                 "site has them: leakctl trace --for 10m shows who goes on allocating, leakctl "
                 "sockets what sockets pin.{}",
                 format_bytes(bytes), in.percent(bytes), kind_of(in, bytes)),
             .bytes = bytes}};
}

} // namespace

extern const Rule before_load_rule{
    .name = "before_load",
    .finds = "Ghosts that are in no socket, have no known holder, and were allocated before the "
             "module was loaded, so that no site "
             "has them: at least `before_load_bytes` and `before_load_percent` of memory, after "
             "what samples may have "
             "missed is subtracted.",
    .levels = "A warning.",
    .sure = "The amount is certain, and says nothing about the cause.",
    .check = "`leakctl sockets` walks the queues that exist now, whenever they were filled. What "
             "goes on leaking gets a site: "
             "`leakctl trace --for 10m`. Loading the module at boot leaves nothing unrecorded.",
    .find = find,
};

} // namespace ghostmem
