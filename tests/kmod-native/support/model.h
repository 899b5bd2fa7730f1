// A naive model of the page map and the site table: a map of pages, and a list of sites.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace ghostmem::native {

class Model {
  public:
    struct Page {
        uint32_t site;
        uint32_t pid;
        uint64_t clock;
    };
    // The number of a stack, and the order of its blocks.
    struct Key {
        unsigned long stack;
        unsigned order;
        auto operator<=>(const Key&) const = default;
    };
    struct Site {
        Key key;
        bool retired;
        uint64_t allocated;
        uint64_t freed;
    };

    // Ids below @first are (other) and its kinds.
    Model(uint32_t first, uint32_t max_sites, unsigned long leaf_pages);

    // Returns the site that the block is counted on, or 0 if the pfn is not covered.
    uint32_t allocate(unsigned long pfn, Key key, uint32_t pid, uint64_t clock);
    void release(unsigned long pfn, unsigned long nr);
    void cover(unsigned long pfn) { leaves.insert(pfn / leaf_pages); }
    void uncover(unsigned long pfn);
    // From now on, new blocks of the stack belong to a new site.
    void retire(unsigned long stack);
    void clear();

    bool covers(unsigned long pfn) const { return leaves.contains(pfn / leaf_pages); }

    std::map<unsigned long, Page> pages;
    std::set<unsigned long> leaves;
    std::vector<Site> sites; // by id
    unsigned long unknown = 0;
    unsigned long stale = 0;
    unsigned long offlined = 0;
    unsigned long no_leaf = 0;

  private:
    uint32_t site_of(Key key);
    // Removes the pages [pfn, end), and returns how many of them there were.
    unsigned long forget_all(unsigned long pfn, unsigned long end);

    uint32_t first;
    uint32_t max_sites;
    unsigned long leaf_pages;
};

} // namespace ghostmem::native
