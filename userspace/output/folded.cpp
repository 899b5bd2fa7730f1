#include "output/folded.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "lib/base/units.h"

namespace ghostmem::output {

namespace {

// Replaces the separators of the format, which must not occur in a name.
std::string safe(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == ';' || c == ' '; }, '_');
    return text;
}

std::string fold_frame(const Frame& frame) {
    std::string text = frame.symbol.empty() ? "(no_symbol)" : safe(frame.symbol);
    if (!frame.module.empty()) {
        text += "_[" + safe(frame.module);
        text += frame.state == CodeState::unloaded ? ",unloaded]" : "]";
    }
    return text;
}

std::string fold(const SiteView& view) {
    std::string line;
    const std::vector<Frame>& frames = view.site.frames;
    for (size_t i = frames.size(); i > view.shown_from; --i)
        line += (line.empty() ? "" : ";") + fold_frame(frames[i - 1]);
    return line.empty() ? safe(view.symbol) : line;
}

} // namespace

void FoldedOutput::sites(const SiteSelection& selection, const Sampling& sampling) {
    std::string root;
    // The format has no comments, so the sampling interval becomes the root frame.
    if (const uint64_t interval = sampling.interval_bytes())
        root = safe(fmt::format("(sampled every {})", format_bytes(interval))) + ";";
    std::map<std::string, uint64_t> stacks;
    for (const SiteView& view : selection.sites)
        stacks[root + fold(view)] += view.live_bytes;
    for (const auto& [stack, bytes] : stacks)
        out_ << stack << ' ' << bytes << '\n';
}

} // namespace ghostmem::output
