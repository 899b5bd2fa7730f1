// Holders that are measured from debugfs, tracefs, the kernel's log, and files of processes.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/host/kernel_log.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/ledger/holder_measures.h"

namespace ghostmem {

namespace {

namespace fs = std::filesystem;

/// The bytes of a ring buffer page that are not data.
constexpr uint64_t ring_page_header = 16;

/// "1408", or before the first use "7 (expanded: 1408)".
std::optional<uint64_t> buffer_kib(const fs::path& file) {
    const auto text = read_text(file);
    if (!text)
        return std::nullopt;
    const auto words = words_of(std::string_view(*text).substr(0, text->find('\n')));
    return words.empty() ? std::nullopt : number_of<uint64_t>(words[0]);
}

/// The ring buffers of an instance: for each CPU at least two pages, and the reader page.
std::optional<uint64_t> ring_bytes(const fs::path& instance, uint64_t page_size) {
    std::optional<uint64_t> bytes;
    std::error_code error;
    for (fs::directory_iterator at(instance / "per_cpu", error), end; !error && at != end;
         at.increment(error)) {
        const auto kib = buffer_kib(at->path() / "buffer_size_kb");
        if (!kib)
            continue;
        const uint64_t data = page_size - ring_page_header;
        const uint64_t pages = (multiply(*kib, 1024) + data - 1) / data;
        bytes = add(bytes.value_or(0), multiply(std::max<uint64_t>(pages, 2) + 1, page_size));
    }
    return bytes;
}

} // namespace

Measure measure_ftrace(const HolderSources& sources) {
    for (const char* where : {"sys/kernel/tracing", "sys/kernel/debug/tracing"}) {
        const fs::path directory = sources.root / where;
        auto bytes = ring_bytes(directory, sources.page_size);
        if (!bytes)
            continue;
        uint64_t instances = 0;
        std::error_code error;
        for (fs::directory_iterator at(directory / "instances", error), end; !error && at != end;
             at.increment(error)) {
            ++instances;
            bytes = add(*bytes, ring_bytes(at->path(), sources.page_size).value_or(0));
        }
        return {*bytes,
                instances == 0 ? "" : fmt::format("and {}", count_of(instances, "instance")),
                fmt::format("/{}/per_cpu/*/buffer_size_kb", where)};
    }
    return {std::nullopt, {}, "tracefs, mounted on /sys/kernel/tracing, and root"};
}

Measure measure_perf(const HolderSources& sources) {
    const Mappings& perf = sources.mappings.perf;
    return {perf.bytes, perf.whose(), "anon_inode:[perf_event] in /proc/*/maps"};
}

Measure measure_secretmem(const HolderSources& sources) {
    const Mappings& secret = sources.mappings.secretmem;
    return {secret.bytes, secret.whose(), "/secretmem in /proc/*/maps"};
}

Measure measure_dma_buf(const HolderSources& sources) {
    // "size \t flags ... exp_name ..." of each, then "Total 3 objects, 12582912 bytes".
    const auto text = read_text(sources.root / "sys/kernel/debug/dma_buf/bufinfo");
    if (!text)
        return {std::nullopt, {}, "debugfs, mounted on /sys/kernel/debug, and root"};
    Measure measure{0, {}, "/sys/kernel/debug/dma_buf/bufinfo"};
    for_each_line(*text, [&](std::string_view line) {
        const auto words = words_of(line);
        // Buffers of udmabuf are shared memory, which the ledger already includes.
        if (words.size() >= 5 && words[4] == "udmabuf")
            return;
        if (words.size() >= 5 && words[0].size() == 8)
            *measure.bytes = add(*measure.bytes, number_of<uint64_t>(words[0]).value_or(0));
    });
    return measure;
}

Measure measure_ramdisk(const HolderSources& sources) {
    std::error_code error;
    if (!fs::exists(sources.root / "sys/module/brd", error) &&
        !fs::exists(sources.root / "sys/block/ram0", error))
        return {0, {}, "there is no /sys/block/ram0"};
    uint64_t count = 0;
    bool told = false;
    const fs::path directory = sources.root / "sys/kernel/debug/ramdisk_pages";
    for (fs::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        told = true;
        count = add(count, read_number(at->path()).value_or(0));
    }
    if (!told)
        return {std::nullopt, {}, "debugfs (5.13 on), mounted on /sys/kernel/debug, and root"};
    return {pages_to_bytes(count, sources.page_size), {}, "/sys/kernel/debug/ramdisk_pages/*"};
}

// "TCP established hash table entries: 16384 (order: 5, 131072 bytes, linear)". The tables for
// files (Dentry cache, Inode-cache) are allocated before there is a page allocator, and are outside
// MemTotal; tables that are not linear are in VmallocUsed.
Measure measure_hash_tables(const HolderSources& sources) {
    const auto log = read_kernel_log(sources.root);
    if (!log)
        return {std::nullopt, {}, "the kernel's log, and root"};
    Measure measure{0, {}, "the kernel's log: hash table entries"};
    bool told = false;
    for_each_line(*log, [&](std::string_view line) {
        if (line.find("hash table entries:") == std::string_view::npos)
            return;
        told = true;
        if (line.find("Dentry cache") != std::string_view::npos ||
            line.find("Inode-cache") != std::string_view::npos ||
            line.find(" linear)") == std::string_view::npos)
            return;
        const auto words = words_of(line);
        for (size_t i = 1; i < words.size(); ++i) {
            if (words[i] == "bytes," || words[i] == "bytes)")
                *measure.bytes = add(*measure.bytes, number_of<uint64_t>(words[i - 1]).value_or(0));
        }
    });
    if (!told)
        return {std::nullopt, {}, "the kernel's log since the boot, which has been overwritten"};
    return measure;
}

} // namespace ghostmem
