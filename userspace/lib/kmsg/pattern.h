// A pattern of a kernel message: its text, with fields in braces.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

using KmsgFields = std::map<std::string, std::string, std::less<>>;

/// "task {comm}:{pid} blocked for more than {seconds} seconds". All but the fields is literal, and
/// may be anywhere in the message; a '^' at the beginning means the beginning of the message. {}
/// is any text, which may be empty.
///
/// These are no regular expressions, for three reasons. A pattern can be compared with the kernel's
/// source by eye. A message is first searched for the literal parts, which rejects nearly all of
/// them at the cost of a few string searches. And a file of rules cannot make matching take for
/// ever, nor exhaust the stack: it takes at most the square of the message's length.
class KmsgPattern {
  public:
    /// Throws Error(io) that says what is wrong with it.
    explicit KmsgPattern(std::string_view text);

    /// nullopt: it does not match. The field `function` brings `module` with it, if the message
    /// names one.
    [[nodiscard]] std::optional<KmsgFields> match(std::string_view message) const;

    [[nodiscard]] const std::string& text() const { return text_; }

    /// The names that a field may have.
    static std::vector<std::string> known_fields();

    /// How the characters of a field are taken.
    enum class Extent {
        literal,  ///< no field
        all,      ///< all that there are of its kind
        longest,  ///< as many as leave room for the rest
        shortest, ///< as few as leave room for the rest; at the end of the pattern, all
    };

    struct Element {
        Extent extent = Extent::literal;
        std::string text; ///< the literal, or the name of the field; empty: {}
        bool (*accepts)(char character) = nullptr;
    };

  private:
    [[nodiscard]] bool has_literals(std::string_view message) const;

    std::string text_;
    bool anchored_ = false;
    std::vector<Element> elements_;
};

} // namespace ghostmem
