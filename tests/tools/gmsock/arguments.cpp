#include "gmsock/arguments.h"

#include <algorithm>
#include <stdexcept>

namespace gmsock {
namespace {

uint64_t to_number(const std::string& text) {
    size_t end = 0;
    const uint64_t value = text.empty() || text[0] == '-' ? 0 : std::stoull(text, &end);
    if (end == 0 || end != text.size())
        throw std::runtime_error("'" + text + "' is no number");
    return value;
}

bool is_option(const std::string& word) {
    return word.rfind("--", 0) == 0;
}

} // namespace

std::string Arguments::word(const char* what) {
    const auto found = std::find_if_not(words_.begin(), words_.end(), is_option);
    if (found == words_.end())
        throw std::runtime_error(std::string(what) + " is missing");
    std::string word = *found;
    words_.erase(found);
    return word;
}

uint64_t Arguments::number(const char* what) {
    return to_number(word(what));
}

uint64_t Arguments::number(const char* what, uint64_t otherwise) {
    return std::all_of(words_.begin(), words_.end(), is_option) ? otherwise : number(what);
}

bool Arguments::flag(const std::string& name) {
    const auto found = std::find(words_.begin(), words_.end(), "--" + name);
    if (found == words_.end())
        return false;
    words_.erase(found);
    return true;
}

std::optional<std::string> Arguments::option(const std::string& name) {
    const std::string begin = "--" + name + "=";
    for (auto word = words_.begin(); word != words_.end(); ++word) {
        if (word->rfind(begin, 0) == 0) {
            std::string value = word->substr(begin.size());
            words_.erase(word);
            return value;
        }
    }
    return std::nullopt;
}

uint64_t Arguments::option(const std::string& name, uint64_t otherwise) {
    const auto text = option(name);
    return text ? to_number(*text) : otherwise;
}

void Arguments::end() const {
    if (!words_.empty())
        throw std::runtime_error("'" + words_.front() + "' is one word too many");
}

} // namespace gmsock
