#include "lib/host/proc_file.h"

#include <fstream>
#include <sstream>

#include "lib/host/proc_numbers.h"

namespace ghostmem {

std::optional<std::string> read_text(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file)
        return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return file.bad() ? std::nullopt : std::optional(text.str());
}

std::optional<uint64_t> read_number(const std::filesystem::path& path) {
    const auto text = read_text(path);
    if (!text)
        return std::nullopt;
    std::string_view line = *text;
    if (line.ends_with('\n'))
        line.remove_suffix(1);
    const auto words = words_of(line);
    return words.size() == 1 ? number_of<uint64_t>(words[0]) : std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view line) {
    constexpr std::string_view space = " \t\r";
    std::vector<std::string_view> words;
    for (size_t at = line.find_first_not_of(space); at != std::string_view::npos;) {
        const size_t end = std::min(line.find_first_of(space, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(space, end);
    }
    return words;
}

std::map<std::string, uint64_t, std::less<>> counters_of(std::string_view text) {
    std::map<std::string, uint64_t, std::less<>> counters;
    for_each_line(text, [&](std::string_view line) {
        const auto words = words_of(line);
        if (words.size() != 2)
            return;
        if (const auto value = number_of<uint64_t>(words[1]))
            counters.emplace(words[0], *value);
    });
    return counters;
}

} // namespace ghostmem
