#include "lib/attribution/site_class.h"

#include <algorithm>
#include <fmt/format.h>

#include "lib/attribution/frame_rules.h"
#include "lib/attribution/skb_frames.h"

namespace ghostmem {

namespace {

struct ClassName {
    SiteClass cls;
    std::string_view name;
};

constexpr ClassName class_names[] = {
    {SiteClass::direct, "direct"},
    {SiteClass::slab, "slab"},
    {SiteClass::vmalloc, "vmalloc"},
    {SiteClass::percpu, "percpu"},
    {SiteClass::page_table, "page_table"},
    {SiteClass::kernel_stack, "kernel_stack"},
    {SiteClass::page_cache, "page_cache"},
    {SiteClass::user, "user"},
    {SiteClass::tracer, "tracer"},
    {SiteClass::debug, "debug"},
    {SiteClass::balloon, "balloon"},
    {SiteClass::other, "other"},
    {SiteClass::skb, "skb"},
};

bool is_tracer_frame(const Frame& frame) {
    return frame.module == tracer_module;
}

// Returns how many innermost frames belong to the hook that recorded the stack. The tracer's own
// allocations have frames of the tracer there as well; what follows distinguishes them: a hook is
// called by tracing code or, through a static call, directly by the allocator.
size_t hook_frames(const std::vector<Frame>& frames) {
    size_t run = 0;
    size_t after_tracing = 0;
    while (run < frames.size()) {
        if (is_tracing_frame(frames[run]))
            after_tracing = run + 1;
        else if (!is_tracer_frame(frames[run]))
            break;
        ++run;
    }
    if (after_tracing != 0)
        return after_tracing;
    return run < frames.size() && find_rule(frames[run]) != nullptr ? run : 0;
}

// The innermost frame with a class decides: the slab that vmalloc needs for itself is slab, whoever
// called vmalloc. Only kernel stacks are recognized by an outer frame: they are vmalloc memory or
// plain pages that fork allocated.
std::optional<SiteClass> decide(std::optional<SiteClass> so_far, std::optional<SiteClass> frame) {
    const bool open =
        !so_far || (*so_far == SiteClass::vmalloc && frame == SiteClass::kernel_stack);
    return open && frame ? frame : so_far;
}

} // namespace

const std::vector<SiteClass>& all_classes() {
    static const std::vector<SiteClass> classes = [] {
        std::vector<SiteClass> all;
        for (const ClassName& entry : class_names) {
            if (entry.cls != SiteClass::skb)
                all.push_back(entry.cls);
        }
        return all;
    }();
    return classes;
}

const ClassSet& driver_classes() {
    static const ClassSet classes = {SiteClass::direct, SiteClass::vmalloc};
    return classes;
}

std::string_view name_of(SiteClass cls) {
    for (const ClassName& entry : class_names) {
        if (entry.cls == cls)
            return entry.name;
    }
    return "other";
}

std::optional<SiteClass> parse_class(std::string_view name) {
    for (const ClassName& entry : class_names) {
        if (entry.name == name)
            return entry.cls;
    }
    return std::nullopt;
}

ClassParse parse_classes(std::string_view list) {
    ClassParse parse;
    for (size_t from = 0; from <= list.size();) {
        const size_t comma = std::min(list.find(',', from), list.size());
        const std::string_view word = list.substr(from, comma - from);
        from = comma + 1;
        if (word == "all") {
            parse.classes.insert(all_classes().begin(), all_classes().end());
        } else if (const auto cls = parse_class(word)) {
            parse.classes.insert(*cls);
        } else {
            std::string known = "all";
            for (const ClassName& entry : class_names)
                known += fmt::format(", {}", entry.name);
            parse.problem = fmt::format("unknown class '{}'; known: {}", word, known);
            break;
        }
    }
    if (parse.problem.empty() && parse.classes.contains(SiteClass::skb) && parse.classes.size() > 1)
        parse.problem = "'skb' goes with no other class: its memory is in those already";
    return parse;
}

FrameScan scan_frames(const std::vector<Frame>& frames) {
    std::optional<SiteClass> cls;
    size_t at = hook_frames(frames);
    for (; at < frames.size(); ++at) {
        const FrameRule* rule = find_rule(frames[at]);
        if (rule == nullptr)
            break;
        cls = decide(cls, rule->cls);
        if (!rule->hidden)
            break;
    }
    FrameScan scan;
    // Memory that ghostmem takes from the slab or from vmalloc is in its own class, too.
    if (at < frames.size() && is_tracer_frame(frames[at]))
        scan.cls = SiteClass::tracer;
    else
        scan.cls = cls.value_or(SiteClass::direct);
    scan.shown_from = at < frames.size() || frames.empty() ? at : frames.size() - 1;
    return scan;
}

FrameScan scan_site(const Site& site) {
    if (site.skb)
        return {SiteClass::skb, skb_caller(site.frames)};
    FrameScan scan = scan_frames(site.frames);
    constexpr uint32_t unreadable =
        GHOSTMEM_SITE_F_OTHER | GHOSTMEM_SITE_F_NO_STACK | GHOSTMEM_SITE_F_NO_CALLER;
    if ((site.flags & unreadable) != 0)
        scan.cls = SiteClass::other;
    return scan;
}

} // namespace ghostmem
