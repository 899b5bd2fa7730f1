// What leakctl and the kernel's own account said of the same quiet moment.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace gmwitness {

// A site, as leakctl has it: pages held before and after the kernel was asked.
struct Site {
    std::vector<std::string> frames; // innermost first
    std::string cls;
    int64_t before = 0;
    int64_t after = 0;
};

// Memory of the dump that leakctl is reading, which is gone while the kernel is asked; but for
// the slabs that its objects came from.
bool is_the_dump(const Site& site);

// What may come and go between leakctl's dumps on a machine that counts as quiet: its own page
// tables grow, a timer ticks.
constexpr int64_t quiet_pages = 16;

struct Account {
    std::vector<Site> sites;
    std::string kernel; // text of the kernel's own
};

using Wanted = std::function<bool(const std::string&)>;

// Has leakctl dump its sites twice with a pause, and reads the kernel's account at @path in
// that pause. leakctl and this process live through all three, and so are in each alike.
// Of what the kernel hands out in one read() only what @wanted accepts is kept.
Account take_account(const std::string& path, const Wanted& wanted);

} // namespace gmwitness
