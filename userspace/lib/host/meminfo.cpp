#include "lib/host/meminfo.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

#include "lib/base/error.h"
#include "lib/host/proc_file.h"

namespace ghostmem {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r'))
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

bool is_known(std::string_view name) {
    return name.starts_with("DirectMap") || name.starts_with("HugePages_") ||
           name.starts_with("NvMapMem") || std::ranges::find(known, name) != std::end(known);
}

} // namespace

Meminfo Meminfo::parse(std::string_view text) {
    Meminfo info;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        if (const auto value = parse_value(line.substr(colon + 1)))
            info.lines_.emplace(trimmed(line.substr(0, colon)), *value);
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
