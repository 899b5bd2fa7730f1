// Coloured output, if enabled.
#pragma once

#include <string>
#include <string_view>

namespace ghostmem::output {

class Style {
  public:
    explicit Style(bool colour) : colour_(colour) {}

    [[nodiscard]] std::string bold(std::string_view text) const { return wrap("1", text); }
    [[nodiscard]] std::string good(std::string_view text) const { return wrap("1;32", text); }
    [[nodiscard]] std::string warning(std::string_view text) const { return wrap("1;33", text); }
    [[nodiscard]] std::string bad(std::string_view text) const { return wrap("1;31", text); }

  private:
    [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const {
        std::string wrapped(text);
        if (colour_)
            wrapped = "\x1b[" + std::string(code) + "m" + wrapped + "\x1b[0m";
        return wrapped;
    }

    bool colour_;
};

} // namespace ghostmem::output
