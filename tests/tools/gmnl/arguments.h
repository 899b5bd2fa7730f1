// The arguments of gmnl's command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gmnl {

// Prints @problem and the usage text, and exits with 2.
[[noreturn]] void usage(const std::string& problem);

class Arguments {
  public:
    Arguments(int argc, char** argv) : words_(argv + 1, argv + argc) {}

    std::optional<std::string> next();
    // Returns the next word as a number. If it is not one, the error message names @of, the word
    // that it belongs to.
    uint64_t number(const std::string& of);

  private:
    std::vector<std::string> words_;
    size_t at_ = 0;
};

} // namespace gmnl
