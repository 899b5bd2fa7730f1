#include "lib/host/slabinfo.h"

#include "lib/base/saturate.h"
#include "lib/base/words.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

// "name ACTIVE_OBJS NUM_OBJS OBJSIZE OBJPERSLAB PAGESPERSLAB : tunables LIMIT BATCHCOUNT
// SHAREDFACTOR : slabdata ACTIVE_SLABS NUM_SLABS SHAREDAVAIL". Names have no spaces.
constexpr size_t active_objects = 1;
constexpr size_t pages_per_slab = 5;
constexpr size_t slabdata = 12;
constexpr size_t slabs = 14;

std::optional<SlabCache> parse_line(std::string_view line, uint32_t page_size) {
    const auto words = words_of(line);
    if (words.size() <= slabs || words[slabdata] != "slabdata")
        return std::nullopt;
    const auto objects = number_of<uint64_t>(words[active_objects]);
    const auto pages = number_of<uint64_t>(words[pages_per_slab]);
    const auto count = number_of<uint64_t>(words[slabs]);
    if (!objects || !pages || !count)
        return std::nullopt;
    return SlabCache{printable(std::string(words[0])), *objects,
                     multiply(multiply(*pages, *count), page_size)};
}

} // namespace

std::vector<SlabCache> parse_slabinfo(std::string_view text, uint32_t page_size) {
    std::vector<SlabCache> caches;
    for_each_line(text, [&](std::string_view line) {
        if (auto cache = parse_line(line, page_size))
            caches.push_back(std::move(*cache));
    });
    return caches;
}

std::optional<std::vector<SlabCache>> read_slabinfo(const std::filesystem::path& root,
                                                    uint32_t page_size) {
    const auto text = read_text(root / "proc/slabinfo");
    if (!text)
        return std::nullopt;
    return parse_slabinfo(*text, page_size);
}

} // namespace ghostmem
