// What two accounts of one stack have in common.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace gmwitness {

// "symbol.isra.0+0x1/0x2 [module]" -> "symbol"
std::string function_of(const std::string& frame);

// Whether one of the frames is in one of the functions.
bool passes(const std::vector<std::string>& frames, const std::set<std::string>& functions);

class FrameKey {
  public:
    // Learns from /proc/kallsyms where interrupts enter.
    FrameKey();

    // The frames outside the allocator, as far as both accounts have them.
    [[nodiscard]] std::string exact(std::vector<std::string> frames) const;
    // The same with the frames in modules blank: page_owner misnames those whose module is gone.
    [[nodiscard]] std::string blurred(std::vector<std::string> frames) const;

  private:
    std::set<std::string> interrupt_entries_;

    [[nodiscard]] std::vector<std::string> common(std::vector<std::string> frames) const;
};

} // namespace gmwitness
