#include "lib/host/zoneinfo.h"

#include <algorithm>

#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

Zoneinfo Zoneinfo::parse(std::string_view text) {
    Zoneinfo info;
    uint64_t threshold = 0;
    for_each_line(text, [&](std::string_view line) {
        const auto words = words_of(line);
        if (words.empty())
            return;
        const uint64_t value = number_of<uint64_t>(words.back()).value_or(0);
        if (words[0] == "managed" && words.size() == 2)
            info.managed += value;
        else if (words[0] == "pages" && words.size() == 3 && words[1] == "free")
            info.free += value;
        else if (words[0] == "count:" && words.size() == 2)
            info.pcp += value;
        else if (words[0] == "cpu:" && words.size() == 2)
            info.cpus = std::max(info.cpus, static_cast<uint32_t>(value) + 1);
        else if (words[0] == "vm" && words.size() == 4 && words[1] == "stats")
            threshold = std::max(threshold, value);
    });
    info.drift = threshold * info.cpus;
    return info;
}

std::optional<Zoneinfo> Zoneinfo::read(const std::filesystem::path& root) {
    const auto text = read_text(root / "proc/zoneinfo");
    return text ? std::optional(parse(*text)) : std::nullopt;
}

} // namespace ghostmem
