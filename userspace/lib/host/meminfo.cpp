#include "lib/host/meminfo.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

#include "lib/base/error.h"
#include "lib/base/saturate.h"
#include "lib/base/words.h"
#include "lib/host/proc_file.h"

namespace ghostmem {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r";
    while (!text.empty() && space.find(text.front()) != std::string_view::npos)
        text.remove_prefix(1);
    while (!text.empty() && space.find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    return text;
}

std::optional<uint64_t> parse_value(std::string_view text) {
    text = trimmed(text);
    // Racing counters can make the kernel print a negative number, which is taken as 0.
    const bool negative = !text.empty() && text.front() == '-';
    if (negative)
        text.remove_prefix(1);
    uint64_t value = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{})
        return std::nullopt;
    const std::string_view unit = trimmed(text.substr(static_cast<size_t>(at - text.data())));
    if (unit == "kB") {
        if (value > std::numeric_limits<uint64_t>::max() / 1024)
            return std::nullopt;
        value *= 1024;
    } else if (!unit.empty()) {
        return std::nullopt;
    }
    return negative ? 0 : value;
}

// fs/proc/meminfo.c, mm/hugetlb.c and arch/*/mm of Linux 3.10 to 7.2; and those of a known holder.
constexpr std::string_view known[] = {
    "Active",         "Active(anon)",   "Active(file)",   "AnonHugePages", "AnonPages",
    "Balloon",        "Bounce",         "Buffers",        "Cached",        "CmaFree",
    "CmaTotal",       "CommitLimit",    "Committed_AS",   "Dirty",         "EarlyMemtestBad",
    "FileHugePages",  "FilePmdMapped",  "GPUActive",      "GPUReclaim",    "HardwareCorrupted",
    "HighFree",       "HighTotal",      "Hugepagesize",   "Hugetlb",       "Inactive",
    "Inactive(anon)", "Inactive(file)", "KReclaimable",   "KernelStack",   "LowFree",
    "LowTotal",       "Mapped",         "MemAvailable",   "MemFree",       "MemTotal",
    "Mlocked",        "MmapCopy",       "NFS_Unstable",   "PageTables",    "Percpu",
    "Quicklists",     "SReclaimable",   "SUnreclaim",     "SecPageTables", "ShadowCallStack",
    "Shmem",          "ShmemHugePages", "ShmemPmdMapped", "Slab",          "SwapCached",
    "SwapFree",       "SwapTotal",      "Unaccepted",     "Unevictable",   "VmallocChunk",
    "VmallocTotal",   "VmallocUsed",    "Writeback",      "WritebackTmp",  "Zswap",
    "Zswapped",
};

// Lines of which each is a part of MemTotal.
constexpr std::string_view parts_of_memory[] = {
    "MemFree",     "Buffers",      "Cached",     "SwapCached",   "AnonPages",  "Shmem",
    "Slab",        "SReclaimable", "SUnreclaim", "KReclaimable", "PageTables", "SecPageTables",
    "KernelStack", "Percpu",       "Bounce",     "WritebackTmp", "Zswap",      "HardwareCorrupted",
    "GPUActive",   "GPUReclaim",   "Hugetlb",    "MemAvailable",
};

// Such a part may be a little more than MemTotal: Percpu has memory that is not in it, and both
// change while the file is written. Twice as much is an error of the kernel's, or of the file.
constexpr uint64_t possible_times = 2;

bool is_part(std::string_view name) {
    return std::ranges::find(parts_of_memory, name) != std::end(parts_of_memory);
}

// Whether the ledger is wrong without this line.
bool is_needed(std::string_view name) {
    return name == "MemTotal" || name == "VmallocUsed" || (is_part(name) && name != "MemAvailable");
}

bool is_known(std::string_view name) {
    return name.starts_with("DirectMap") || name.starts_with("HugePages_") ||
           name.starts_with("NvMapMem") || std::ranges::find(known, name) != std::end(known);
}

} // namespace

Meminfo Meminfo::parse(std::string_view text) {
    Meminfo info;
    std::vector<MeminfoOddLine> lines;
    for_each_line(text, [&](std::string_view line) {
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            return;
        const std::string name = printable(std::string(trimmed(line.substr(0, colon))));
        const std::string_view value = trimmed(line.substr(colon + 1));
        lines.push_back({name, printable(std::string(value)), is_needed(name)});
        // The kernel's counters are signed: so much is a negative one.
        constexpr uint64_t most = std::numeric_limits<int64_t>::max();
        const auto bytes = parse_value(value);
        if (bytes && *bytes <= most)
            info.lines_.emplace(name, *bytes);
    });
    const auto total = info.find("MemTotal");
    for (MeminfoOddLine& line : lines) {
        const auto bytes = info.find(line.name);
        const bool too_much =
            bytes && total && is_part(line.name) && *bytes > multiply(*total, possible_times);
        if (too_much)
            info.lines_.erase(line.name);
        if (!bytes || too_much)
            info.odd_.push_back(std::move(line));
    }
    return info;
}

Meminfo Meminfo::read(const std::filesystem::path& root) {
    const std::filesystem::path path = root / "proc/meminfo";
    const auto text = read_text(path);
    if (!text)
        throw Error(ErrorKind::io, "cannot read " + path.string() + ": " + std::strerror(errno) +
                                       "; is /proc mounted?");
    Meminfo info = parse(*text);
    const auto total = std::ranges::find(info.odd_, "MemTotal", &MeminfoOddLine::name);
    if (total != info.odd_.end())
        throw Error(ErrorKind::io, path.string() + " says MemTotal: " + total->value +
                                       ", which cannot be; was the file changed?");
    if (info.get("MemTotal") == 0)
        throw Error(ErrorKind::io, path.string() + " has no MemTotal line; is /proc mounted?");
    return info;
}

std::vector<MeminfoLine> Meminfo::unknown() const {
    std::vector<MeminfoLine> lines;
    for (const auto& [name, value] : lines_) {
        if (!is_known(name))
            lines.push_back({name, value});
    }
    return lines;
}

std::optional<uint64_t> Meminfo::find(std::string_view key) const {
    const auto at = lines_.find(key);
    if (at == lines_.end())
        return std::nullopt;
    return at->second;
}

} // namespace ghostmem
