// The arguments that follow a scenario's name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gmsock {

class Arguments {
  public:
    explicit Arguments(std::vector<std::string> words) : words_(std::move(words)) {}

    // Returns the next word that is not an option; throws if there is none.
    std::string word(const char* what);
    uint64_t number(const char* what);
    uint64_t number(const char* what, uint64_t otherwise);
    // Whether "--NAME" is given, at any position.
    bool flag(const std::string& name);
    // The value of "--NAME=VALUE".
    std::optional<std::string> option(const std::string& name);
    uint64_t option(const std::string& name, uint64_t otherwise);
    // Throws if a word has not been used.
    void end() const;

  private:
    std::vector<std::string> words_;
};

} // namespace gmsock
