// The key by which stacks from two accounts are matched.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace gmwitness {

// "symbol.isra.0+0x1/0x2 [module]" -> "symbol"
std::string function_of(const std::string& frame);

// Whether any frame is in one of the functions.
bool passes(const std::vector<std::string>& frames, const std::set<std::string>& functions);

class FrameKey {
  public:
    // Reads the interrupt entry functions from /proc/kallsyms.
    FrameKey();

    // Returns the frames outside the allocator, to the depth that both accounts have.
    [[nodiscard]] std::string exact(std::vector<std::string> frames) const;
    // The same with frames in modules blanked: page_owner misnames those of unloaded modules.
    [[nodiscard]] std::string blurred(std::vector<std::string> frames) const;

  private:
    std::set<std::string> interrupt_entries_;

    [[nodiscard]] std::vector<std::string> common(std::vector<std::string> frames) const;
};

} // namespace gmwitness
