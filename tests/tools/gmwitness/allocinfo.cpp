#include "gmwitness/allocinfo.h"

#include <sstream>

namespace gmwitness {

std::vector<CallSite> parse_allocinfo(const std::string& text) {
    constexpr const char* tag = "func:";
    std::vector<CallSite> sites;
    std::istringstream stream(text);
    std::string line;
    while (std::getline(stream, line)) {
        std::istringstream words(line);
        CallSite site;
        if (!(words >> site.bytes >> site.calls >> site.where) || site.bytes == 0)
            continue;
        std::string word;
        while (words >> word) {
            if (word.starts_with(tag))
                site.function = word.substr(std::string(tag).size());
        }
        sites.push_back(site);
    }
    return sites;
}

} // namespace gmwitness
