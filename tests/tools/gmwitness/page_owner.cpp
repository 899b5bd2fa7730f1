#include "gmwitness/page_owner.h"

#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace gmwitness {
namespace {

// From include/linux/gfp_types.h of Linux 6.12.
constexpr uint64_t gfp_movable = 0x8;
constexpr uint64_t gfp_hardwall = 0x100000;
constexpr uint64_t gfp_comp = 0x40000;

// Pages of processes and of the page cache are folios, movable and subject to cpusets. This is
// stricter than ghostmem's own filter, so that pages which ghostmem wrongly filters out are
// noticed.
bool is_users(uint64_t gfp) {
    constexpr uint64_t all = gfp_movable | gfp_hardwall | gfp_comp;
    return (gfp & all) == all;
}

bool parse_header(const std::string& line, Block& block) {
    unsigned int order = 0;
    unsigned long long gfp = 0;
    if (std::sscanf(line.c_str(), "Page allocated via order %u, mask %llx(", &order, &gfp) != 2)
        return false;
    // Search from the end: a task's name may contain anything.
    const size_t at = line.rfind(", ts ");
    unsigned long long ns = 0;
    if (at == std::string::npos || std::sscanf(line.c_str() + at, ", ts %llu ns", &ns) != 1)
        throw std::runtime_error("page_owner has another form: " + line);
    block.pages = int64_t{1} << order;
    block.gfp = gfp;
    block.taken_ns = ns;
    return true;
}

} // namespace

bool is_kernels(const std::string& entry, uint64_t since_ns) {
    Block block;
    return parse_header(entry.substr(0, entry.find('\n')), block) && block.taken_ns >= since_ns &&
           !is_users(block.gfp);
}

std::vector<Block> parse_page_owner(const std::string& text) {
    std::vector<Block> blocks;
    std::istringstream stream(text);
    std::string line;
    while (std::getline(stream, line)) {
        Block block;
        if (parse_header(line, block))
            blocks.push_back(block);
        else if (line.starts_with(" ") && !blocks.empty())
            blocks.back().frames.push_back(line.substr(1));
        else if (line.starts_with("Page has been migrated") && !blocks.empty())
            blocks.back().moved = true;
    }
    return blocks;
}

} // namespace gmwitness
