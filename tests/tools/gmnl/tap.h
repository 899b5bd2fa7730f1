// The output of gmnl: one line per check.
#pragma once

#include <string>

namespace gmnl {

class Tap {
  public:
    void ok(const std::string& name);
    void not_ok(const std::string& name, const std::string& detail);
    void check(bool passed, const std::string& name, const std::string& detail);
    [[nodiscard]] int exit_code() const { return failed_ ? 1 : 0; }

  private:
    bool failed_ = false;
};

} // namespace gmnl
