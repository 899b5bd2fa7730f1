// gmpages [--time | --let-go]: prints the bytes of page frames by class, from /proc/kpageflags, as
// a JSON object. With --time: how many frames it read, and how many nanoseconds that took. With
// --let-go: the bytes of anonymous pages that no process maps (by /proc/kpagecount) and that are
// not in the swap cache.
//
// An independent check of the module's census: it shares no code with leakctl, and the kernel has
// its own code to determine the flags. Pages that these flags cannot classify are "rest".
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace {

// From include/uapi/linux/kernel-page-flags.h; KPF_RESERVED is from its kernel-internal
// counterpart.
enum Bit : unsigned {
    lru = 5,
    slab = 7,
    buddy = 10,
    mmap = 11,
    anon = 12,
    swapcache = 13,
    swapbacked = 14,
    compound_tail = 16,
    huge = 17,
    unevictable = 18,
    hwpoison = 19,
    nopage = 20,
    offline = 23,
    pgtable = 26,
    reserved = 32,
};

bool has(uint64_t flags, Bit bit) {
    return (flags >> bit & 1) != 0;
}

std::string_view users_class(uint64_t flags) {
    if (has(flags, unevictable))
        return "unevictable";
    if (has(flags, anon))
        return "anon";
    return has(flags, swapbacked) ? "shmem" : "file";
}

std::string_view class_of(uint64_t flags) {
    struct Named {
        Bit bit;
        std::string_view name;
    };
    constexpr std::array<Named, 7> certain{{{reserved, "reserved"},
                                            {buddy, "free"},
                                            {slab, "slab"},
                                            {pgtable, "page_table"},
                                            {huge, "hugetlb"},
                                            {offline, "offline"},
                                            {hwpoison, "poisoned"}}};
    for (const Named& each : certain) {
        if (has(flags, each.bit))
            return each.name;
    }
    if (has(flags, lru) || has(flags, anon))
        return users_class(flags);
    return "rest";
}

int let_go() {
    // Reads whole entries, because the kernel refuses partial ones.
    std::array<uint64_t, 4096> flags{};
    std::array<uint64_t, 4096> counts{};
    std::ifstream flags_file("/proc/kpageflags", std::ios::binary);
    std::ifstream counts_file("/proc/kpagecount", std::ios::binary);
    uint64_t pages = 0;
    while (flags_file.read(reinterpret_cast<char*>(flags.data()), sizeof(flags)),
           counts_file.read(reinterpret_cast<char*>(counts.data()), sizeof(counts)),
           flags_file.gcount() > 0 && flags_file.gcount() == counts_file.gcount()) {
        const auto read = static_cast<size_t>(flags_file.gcount()) / sizeof(uint64_t);
        for (size_t i = 0; i < read; ++i) {
            if (!has(flags[i], nopage) && has(flags[i], anon) && !has(flags[i], swapcache) &&
                counts[i] == 0)
                ++pages;
        }
    }
    std::printf("%llu\n",
                static_cast<unsigned long long>(pages * static_cast<uint64_t>(getpagesize())));
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--let-go")
        return let_go();
    const bool timed = argc == 2 && std::string_view(argv[1]) == "--time";
    const auto began = std::chrono::steady_clock::now();
    std::ifstream file("/proc/kpageflags", std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "gmpages: /proc/kpageflags: %s; are you root?\n",
                     std::strerror(errno));
        return 3;
    }
    std::map<std::string_view, uint64_t> bytes;
    const auto page_size = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    std::array<uint64_t, 4096> buffer{};
    std::string_view head = "rest";
    size_t frames = 0;
    while (file.read(reinterpret_cast<char*>(buffer.data()), sizeof(buffer)), file.gcount() > 0) {
        const auto count = static_cast<size_t>(file.gcount()) / sizeof(uint64_t);
        frames += count;
        for (size_t i = 0; i < count; ++i) {
            if (has(buffer[i], nopage))
                continue;
            // Some flags are set only on the head page.
            if (!has(buffer[i], compound_tail))
                head = class_of(buffer[i]);
            bytes[head] += page_size;
        }
    }
    if (timed) {
        const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - began;
        std::printf("%zu %lld\n", frames, static_cast<long long>(took.count()));
        return 0;
    }
    std::string_view separator = "{";
    for (const auto& [name, sum] : bytes) {
        std::printf("%s\"%.*s\": %llu", separator.data(), static_cast<int>(name.size()),
                    name.data(), static_cast<unsigned long long>(sum));
        separator = ", ";
    }
    std::printf("}\n");
    return 0;
}
