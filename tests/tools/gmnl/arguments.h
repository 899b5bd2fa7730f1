// The words of gmnl's command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gmnl {

// Says @problem and how to do better, and exits with 2.
[[noreturn]] void usage(const std::string& problem);

class Arguments {
  public:
    Arguments(int argc, char** argv) : words_(argv + 1, argv + argc) {}

    std::optional<std::string> next();
    // The next word; it belongs to @of, which the complaint names if it is no number.
    uint64_t number(const std::string& of);

  private:
    std::vector<std::string> words_;
    size_t at_ = 0;
};

} // namespace gmnl
