#include "gmwitness/frame_key.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>

namespace gmwitness {
namespace {

// page_owner keeps 16 frames. Up to six of them are the allocator's own: post_alloc_hook,
// get_page_from_freelist, up to three of the slow path, __alloc_pages.
constexpr size_t common_depth = 10;
constexpr const char* blank = "?";

// ghostmem's stacks begin with this frame or with the one after it.
bool is_allocator(const std::string& frame) {
    const std::string function = function_of(frame);
    return function == "__alloc_pages_noprof" || function == "alloc_contig_range_noprof";
}

struct Symbol {
    uint64_t address = 0;
    std::string name;
};

std::vector<Symbol> kernel_text() {
    std::vector<Symbol> symbols;
    std::ifstream stream("/proc/kallsyms");
    std::string line;
    while (std::getline(stream, line)) {
        std::istringstream words(line);
        Symbol symbol;
        char type = 0;
        std::string module;
        words >> std::hex >> symbol.address >> type >> symbol.name;
        if (!(words >> module))
            symbols.push_back(symbol);
    }
    return symbols;
}

void add_between(const std::vector<Symbol>& symbols, const std::string& what,
                 std::set<std::string>& names) {
    std::map<std::string, uint64_t> bounds;
    for (const Symbol& symbol : symbols)
        bounds.emplace(symbol.name, symbol.address);
    const uint64_t begin = bounds["__" + what + "_start"];
    const uint64_t end = bounds["__" + what + "_end"];
    for (const Symbol& symbol : symbols) {
        if (symbol.address >= begin && symbol.address < end)
            names.insert(function_of(symbol.name));
    }
}

bool in_module(const std::string& frame) {
    return frame.ends_with("]") || frame.starts_with("0x") || frame == "(no symbol)";
}

// A module's init text is freed after it has run, and its address may be reused.
void blank_init(std::vector<std::string>& frames) {
    for (size_t i = 1; i < frames.size(); i++) {
        if (function_of(frames[i]) == "do_one_initcall")
            frames[i - 1] = blank;
    }
}

std::string join(const std::vector<std::string>& frames) {
    std::string text;
    for (const std::string& frame : frames)
        text += "  " + frame + "\n";
    return text;
}

} // namespace

std::string function_of(const std::string& frame) {
    return frame.substr(0, frame.find_first_of("+. "));
}

bool passes(const std::vector<std::string>& frames, const std::set<std::string>& functions) {
    return std::any_of(frames.begin(), frames.end(), [&functions](const std::string& frame) {
        return functions.contains(function_of(frame));
    });
}

FrameKey::FrameKey() {
    const std::vector<Symbol> symbols = kernel_text();
    add_between(symbols, "irqentry_text", interrupt_entries_);
    add_between(symbols, "softirqentry_text", interrupt_entries_);
}

std::vector<std::string> FrameKey::common(std::vector<std::string> frames) const {
    blank_init(frames);
    const auto inner = std::find_if(frames.begin(), frames.end(), is_allocator);
    if (inner != frames.end())
        frames.erase(frames.begin(), inner + 1);
    // ghostmem does not record the frames of the code that an interrupt interrupted.
    const auto entry = std::find_if(frames.begin(), frames.end(), [this](const std::string& frame) {
        return interrupt_entries_.contains(function_of(frame));
    });
    if (entry != frames.end())
        frames.erase(entry + 1, frames.end());
    frames.resize(std::min(frames.size(), common_depth));
    return frames;
}

std::string FrameKey::exact(std::vector<std::string> frames) const {
    return join(common(std::move(frames)));
}

std::string FrameKey::blurred(std::vector<std::string> frames) const {
    frames = common(std::move(frames));
    std::replace_if(frames.begin(), frames.end(), in_module, blank);
    return join(frames);
}

} // namespace gmwitness
