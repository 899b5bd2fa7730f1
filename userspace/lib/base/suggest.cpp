#include "lib/base/suggest.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace ghostmem {

namespace {

// Nobody has a longer name, and the time it takes is the product of both lengths.
constexpr size_t longest = 128;

std::string folded(std::string_view word) {
    std::string text(word);
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        else if (c == '-')
            c = '_';
    }
    return text;
}

// Levenshtein's distance: how many letters have to be replaced, added or removed.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[b.size()];
}

} // namespace

std::string closest(std::string_view word, const std::vector<std::string>& known) {
    if (word.empty() || word.size() > longest || std::ranges::find(known, word) != known.end())
        return {};
    const std::string wanted = folded(word);
    std::string best;
    // One letter in three: "e1001" is close to "e1000", "foo" is close to nothing.
    size_t least = std::max<size_t>(1, word.size() / 3) + 1;
    for (const std::string& one : known) {
        if (one.size() > longest)
            continue;
        const size_t differ = distance(wanted, folded(one));
        if (differ < least) {
            least = differ;
            best = one;
        }
    }
    return best;
}

} // namespace ghostmem
