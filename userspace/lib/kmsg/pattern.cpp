#include "lib/kmsg/pattern.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/error.h"

namespace ghostmem {

namespace {

using Element = KmsgPattern::Element;
using Extent = KmsgPattern::Extent;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_any(char /* c */) {
    return true;
}

bool is_word(char c) {
    return c != ' ' && c != ',';
}

bool is_device(char c) {
    return is_word(c) && c != '(' && c != ')';
}

bool is_function(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '$';
}

bool is_module(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

bool is_hexadecimal(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x';
}

struct Field {
    std::string_view name;
    Extent extent;
    bool (*accepts)(char);
};

constexpr std::array<Field, 18> known{{
    {"pid", Extent::all, is_digit},
    {"cpu", Extent::all, is_digit},
    {"count", Extent::all, is_digit},
    {"seconds", Extent::all, is_digit},
    {"bytes", Extent::all, is_digit},
    {"order", Extent::all, is_digit},
    {"line", Extent::all, is_digit},
    {"error", Extent::all, is_digit},
    {"port", Extent::all, is_digit},
    {"function", Extent::all, is_function},
    // A program may put anything into its name, also what the message goes on with.
    {"comm", Extent::longest, is_any},
    {"device", Extent::shortest, is_device},
    {"module", Extent::shortest, is_module},
    {"path", Extent::shortest, is_word},
    {"address", Extent::all, is_hexadecimal},
    {"word", Extent::shortest, is_word},
    {"name", Extent::shortest, is_word},
    {"text", Extent::shortest, is_any},
}};

// The names of kernel threads are not longer; those of programs have 15.
constexpr size_t longest_comm = 64;

std::string_view without_end(std::string_view text, std::string_view characters) {
    return text.substr(0, text.find_last_not_of(characters) + 1);
}

// Matches the elements one after the other, and notes from where each has failed, so that none is
// tried twice from the same place.
class Match {
  public:
    Match(const std::vector<Element>& elements, std::string_view message)
        : elements_(elements), message_(message),
          failed_(elements.size() * (message.size() + 1), false) {}

    std::optional<KmsgFields> run(bool anchored) {
        const size_t last = anchored ? 0 : message_.size();
        for (size_t from = 0; from <= last; ++from) {
            if (go(0, from))
                return std::move(fields_);
        }
        return std::nullopt;
    }

  private:
    bool go(size_t number, size_t at) {
        if (number == elements_.size())
            return true;
        const size_t place = number * (message_.size() + 1) + at;
        if (failed_[place])
            return false;
        const Element& element = elements_[number];
        const bool good = element.extent == Extent::literal
                              ? message_.substr(at).starts_with(element.text) &&
                                    go(number + 1, at + element.text.size())
                              : field(number, at);
        if (!good)
            failed_[place] = true;
        return good;
    }

    bool field(size_t number, size_t at) {
        const Element& element = elements_[number];
        const bool last = number + 1 == elements_.size();
        const size_t most = run_length(element, at);
        const size_t least = element.text.empty() ? 0 : 1;
        if (most < least)
            return false;
        if (element.text == "function")
            return function(number, at, most);
        if (element.extent == Extent::all || (last && element.extent == Extent::shortest))
            return take(number, at, most);
        for (size_t i = 0; i <= most - least; ++i) {
            if (take(number, at, element.extent == Extent::longest ? most - i : least + i))
                return true;
        }
        return false;
    }

    [[nodiscard]] size_t run_length(const Element& element, size_t at) const {
        size_t length = 0;
        if (element.accepts == is_digit && at < message_.size() && message_[at] == '-')
            ++length;
        const size_t limit = element.extent == Extent::longest ? longest_comm : message_.size();
        while (at + length < message_.size() && length < limit &&
               element.accepts(message_[at + length]))
            ++length;
        const bool sign_alone = length == 1 && element.accepts == is_digit && message_[at] == '-';
        return sign_alone ? 0 : length;
    }

    bool take(size_t number, size_t at, size_t length) {
        if (!go(number + 1, at + length))
            return false;
        const Element& element = elements_[number];
        if (element.text.empty())
            return true;
        std::string_view value = message_.substr(at, length);
        // At the end of a sentence.
        if (number + 1 == elements_.size() && element.text != "text")
            value = without_end(value, ".:;");
        fields_[element.text] = std::string(value);
        return true;
    }

    // "e1000_clean+0x12/0x30 [e1000]"; old warnings end in "()".
    bool function(size_t number, size_t at, size_t length) {
        size_t end = at + length;
        const std::string_view name = without_end(message_.substr(at, length), ".");
        if (message_.substr(end).starts_with("+0x")) {
            ++end;
            while (end < message_.size() && (is_hexadecimal(message_[end]) || message_[end] == '/'))
                ++end;
        }
        std::string_view module;
        const size_t close = message_.find(']', end);
        if (message_.substr(end).starts_with(" [") && close != std::string_view::npos) {
            module = message_.substr(end + 2, close - end - 2);
            // "[e1000(OE-)]", "[e1000 0123456789abcdef]" with the id of its build.
            module = module.substr(0, module.find_first_of(" ("));
            if (std::ranges::all_of(module, is_module))
                end = close + 1;
            else
                module = {};
        }
        if (!go(number + 1, end))
            return false;
        fields_["function"] = std::string(name);
        if (!module.empty())
            fields_["module"] = std::string(module);
        return true;
    }

    const std::vector<Element>& elements_;
    std::string_view message_;
    std::vector<bool> failed_;
    KmsgFields fields_;
};

} // namespace

KmsgPattern::KmsgPattern(std::string_view text) : text_(text) {
    std::string_view rest = text_;
    anchored_ = rest.starts_with('^');
    rest.remove_prefix(anchored_ ? 1 : 0);
    bool literal = false;
    while (!rest.empty()) {
        const size_t open = std::min(rest.find('{'), rest.size());
        if (open != 0) {
            elements_.push_back({Extent::literal, std::string(rest.substr(0, open)), nullptr});
            rest.remove_prefix(open);
            literal = true;
            continue;
        }
        const size_t close = rest.find('}');
        if (close == std::string_view::npos)
            throw Error(ErrorKind::io, "the pattern '" + text_ + "' has a '{' without its '}'");
        const std::string_view name = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
        const auto* field = std::ranges::find(known, name, &Field::name);
        if (!name.empty() && field == known.end())
            throw Error(ErrorKind::io, "the pattern '" + text_ + "' has an unknown field '" +
                                           std::string(name) + "'");
        if (name.empty())
            elements_.push_back({Extent::shortest, {}, is_any});
        else
            elements_.push_back({field->extent, std::string(name), field->accepts});
    }
    if (!literal)
        throw Error(ErrorKind::io, "the pattern '" + text_ + "' has no text beside its fields");
}

bool KmsgPattern::has_literals(std::string_view message) const {
    if (anchored_ && elements_.front().extent == Extent::literal)
        return message.starts_with(elements_.front().text);
    size_t at = 0;
    for (const Element& element : elements_) {
        if (element.extent != Extent::literal)
            continue;
        at = message.find(element.text, at);
        if (at == std::string_view::npos)
            return false;
        at += element.text.size();
    }
    return true;
}

std::optional<KmsgFields> KmsgPattern::match(std::string_view message) const {
    if (!has_literals(message))
        return std::nullopt;
    return Match(elements_, message).run(anchored_);
}

std::vector<std::string> KmsgPattern::known_fields() {
    std::vector<std::string> names;
    for (const Field& field : known)
        names.emplace_back(field.name);
    return names;
}

} // namespace ghostmem
