// The words behind a scenario's name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gmsock {

class Arguments {
  public:
    explicit Arguments(std::vector<std::string> words) : words_(std::move(words)) {}

    // The next word that is none of the options; throws where there is none.
    std::string word(const char* what);
    uint64_t number(const char* what);
    uint64_t number(const char* what, uint64_t otherwise);
    // "--NAME", wherever it stands.
    bool flag(const std::string& name);
    // "--NAME=VALUE"
    std::optional<std::string> option(const std::string& name);
    uint64_t option(const std::string& name, uint64_t otherwise);
    // Throws if a word was left.
    void end() const;

  private:
    std::vector<std::string> words_;
};

} // namespace gmsock
