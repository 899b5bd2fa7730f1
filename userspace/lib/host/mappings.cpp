#include "lib/host/mappings.h"

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view perf_file = "anon_inode:[perf_event]";
constexpr std::string_view secret_file = "/secretmem";

std::optional<uint64_t> hex(std::string_view text) {
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value, 16);
    return error == std::errc{} && at == end ? std::optional(value) : std::nullopt;
}

/// "7f2a..-7f2b.. rw-s 00000000 00:0e 1037  anon_inode:[perf_event]"
uint64_t bytes_of(std::string_view line, std::string_view name) {
    const auto words = words_of(line);
    if (words.size() < 6 || !words[5].starts_with(name))
        return 0;
    const size_t dash = words[0].find('-');
    if (dash == std::string_view::npos)
        return 0;
    const auto from = hex(words[0].substr(0, dash));
    const auto to = hex(words[0].substr(dash + 1));
    return from && to ? excess(*to, *from) : 0;
}

/// Looks at all descriptors, and returns whether one is of a file whose mappings count.
bool has_special_file(const fs::path& process, uint32_t pid, UserPins& pins) {
    bool special = false;
    std::error_code error;
    for (fs::directory_iterator at(process / "fd", error), end; !error && at != end;
         at.increment(error)) {
        std::error_code gone;
        const std::string target = fs::read_symlink(at->path(), gone).native();
        if (gone)
            continue;
        special = special || target.starts_with(perf_file) || target.starts_with(secret_file);
        pins.look(process, pid, at->path().filename().native(), target);
    }
    return special;
}

void add_process(Mappings& mappings, uint32_t pid, std::string_view maps, std::string_view name) {
    uint64_t bytes = 0;
    for_each_line(maps, [&](std::string_view line) { bytes = add(bytes, bytes_of(line, name)); });
    mappings.bytes = add(mappings.bytes, bytes);
    if (bytes > mappings.largest_bytes) {
        mappings.largest = pid;
        mappings.largest_bytes = bytes;
    }
}

} // namespace

SpecialMappings SpecialMappings::read(const fs::path& root) {
    SpecialMappings special;
    std::error_code error;
    for (fs::directory_iterator at(root / "proc", error), end; !error && at != end;
         at.increment(error)) {
        const auto pid = number_of<uint32_t>(at->path().filename().native());
        if (!pid || !has_special_file(at->path(), *pid, special.pins))
            continue;
        const std::string maps = read_text(at->path() / "maps").value_or("");
        add_process(special.perf, *pid, maps, perf_file);
        add_process(special.secretmem, *pid, maps, secret_file);
    }
    return special;
}

std::string Mappings::whose() const {
    if (largest == 0)
        return {};
    return fmt::format("the largest: {} of pid {}", format_bytes(largest_bytes), largest);
}

} // namespace ghostmem
