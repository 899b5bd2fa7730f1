// Ring buffers of tracefs, of the global trace and of instances.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/ledger/holder_kind.h"

namespace ghostmem::holders {

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

Measure measure(const HolderSources& sources) {
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
                fmt::format(
                    "set in /{}/buffer_size_kb{}", where,
                    instances == 0 ? "" : fmt::format(" and {}", count_of(instances, "instance"))),
                fmt::format("/{}/per_cpu/*/buffer_size_kb", where)};
    }
    return needs("tracefs, mounted on /sys/kernel/tracing, and root");
}

} // namespace

extern const HolderKind ftrace_holder{
    .name = "ftrace",
    .what = "trace buffers",
    .part = HolderPart::ghost,
    .measure = measure,
    .on_purpose = true,
    .functions = {"ring_buffer_*", "__rb_allocate_pages*", "rb_allocate_cpu_buffer*"},
};

} // namespace ghostmem::holders
