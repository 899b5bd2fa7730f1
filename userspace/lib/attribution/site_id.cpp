#include "lib/attribution/site_id.h"

#include <string_view>

#include <fmt/format.h>

namespace ghostmem {

namespace {

// FNV-1a: four lines in any language, so that other programs can compute ids too.
uint64_t fnv1a(std::string_view text) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3;
    }
    return hash;
}

std::string_view why_no_stack(uint32_t flags) {
    if ((flags & GHOSTMEM_SITE_F_NO_STACK) != 0)
        return "no_stack";
    return (flags & GHOSTMEM_SITE_F_NO_CALLER) != 0 ? "no_caller" : "";
}

} // namespace

// The codec makes sure that names have no control characters, so that fields cannot run into one
// another.
uint64_t site_id(const Site& site) {
    const bool other = (site.flags & GHOSTMEM_SITE_F_OTHER) != 0;
    std::string text =
        fmt::format("{}\t{}\t{}\n", site.order, other ? "other" : "", why_no_stack(site.flags));
    for (const Frame& frame : site.frames)
        text +=
            fmt::format("{}\t{}\t{}\t{}\n", frame.symbol, frame.offset, frame.module, frame.code);
    return fnv1a(text);
}

std::string format_site_id(uint64_t id) {
    return fmt::format("{:016x}", id);
}

} // namespace ghostmem
