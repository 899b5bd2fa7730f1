// How text is printed: coloured or not, how wide, and whether in more than ASCII.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ghostmem::output {

class Style {
  public:
    explicit Style(bool colour, size_t width = 80, bool utf8 = true)
        : colour_(colour), width_(width), utf8_(utf8) {}

    /// Columns of the terminal.
    [[nodiscard]] size_t width() const { return width_; }
    [[nodiscard]] bool utf8() const { return utf8_; }
    [[nodiscard]] std::string_view plus_minus() const { return utf8_ ? "±" : "+-"; }
    [[nodiscard]] std::string_view ellipsis() const { return utf8_ ? "…" : "..."; }

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
    size_t width_;
    bool utf8_;
};

} // namespace ghostmem::output
