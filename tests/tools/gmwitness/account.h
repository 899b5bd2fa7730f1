// What leakctl and the kernel's own accounting report about the same quiet moment.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace gmwitness {

// A site as reported by leakctl: pages held before and after the kernel's account was read.
struct Site {
    std::vector<std::string> frames; // innermost first
    std::string cls;
    int64_t before = 0;
    int64_t after = 0;
};

// Whether the site is memory of the dump that leakctl itself reads, which is freed again before the
// kernel's account is read. The slabs of the dump's objects remain and are not included.
bool is_the_dump(const Site& site);

// How many pages may change between leakctl's dumps on a machine that counts as quiet: leakctl's
// own page tables grow, a timer runs.
constexpr int64_t quiet_pages = 16;

struct Account {
    std::vector<Site> sites;
    std::string kernel; // text of the kernel's account
};

using Wanted = std::function<bool(const std::string&)>;

// Lets leakctl dump its sites twice with a pause, and reads the kernel's account at @path during
// the pause. leakctl and this process exist during all three, so their memory is in each of them.
// Keeps the text of a read() only if @wanted accepts it.
Account take_account(const std::string& path, const Wanted& wanted);

} // namespace gmwitness
