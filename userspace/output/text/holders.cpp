#include "output/text/holders.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/table.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

constexpr size_t below_indent = 8;

std::string or_unknown(const std::string& name, const char* unknown) {
    return name.empty() ? unknown : name;
}

// What the container is, for people.
std::string link_words(const HolderLink& link) {
    switch (link.kind) {
    case GHOSTMEM_HOLDER_MODULE:
    case GHOSTMEM_HOLDER_KERNEL:
        return "variable " + or_unknown(link.name, "without a name");
    case GHOSTMEM_HOLDER_SLAB:
        return "slab " + or_unknown(link.name, "of an unknown cache") +
               (link.offset ? fmt::format("+{}", *link.offset) : "");
    case GHOSTMEM_HOLDER_VMALLOC:
        return "vmalloc memory of " + or_unknown(link.name, "a function that is gone");
    case GHOSTMEM_HOLDER_VMAP:
        return "mapped by " + or_unknown(link.name, "a function that is gone");
    case GHOSTMEM_HOLDER_BLOCK:
        return "other ghost memory";
    case GHOSTMEM_HOLDER_PAGE:
        return "list of pages";
    case GHOSTMEM_HOLDER_PERCPU:
        return "per-CPU memory";
    case GHOSTMEM_HOLDER_STACK:
        return fmt::format("stack of {}[{}]", or_unknown(link.name, "?"), link.pid.value_or(0));
    case GHOSTMEM_HOLDER_BOOT:
        return "memory from boot";
    default:
        return "unknown";
    }
}

std::string kind_words(ghostmem_ghost_kind kind) {
    switch (kind) {
    case GHOSTMEM_GHOST_POOL:
        return "page_pool pages";
    case GHOSTMEM_GHOST_LET_GO:
        return "former pages of processes";
    case GHOSTMEM_GHOST_ZSPOOL:
        return "compressed pages";
    case GHOSTMEM_GHOST_LARGE_KMALLOC:
        return "large kmalloc";
    case GHOSTMEM_GHOST_TYPED:
        return "pages of an unknown type";
    default:
        return "pages";
    }
}

// The size of the blocks if all are of one order; otherwise of what orders they are.
std::string order_words(const PageOrders& orders) {
    std::vector<std::string> words;
    for (size_t order = 0; order < orders.size(); ++order) {
        if (orders[order] != 0)
            words.push_back(fmt::format("{}", order));
    }
    return fmt::format("order {}", fmt::join(words, ","));
}

std::vector<std::string> below(const HolderRow& row) {
    std::vector<std::string> lines;
    for (size_t i = 1; i < row.links.size(); ++i)
        lines.push_back(std::string(below_indent, ' ') + "held by " + link_words(row.links[i]));
    std::vector<std::string> symbols;
    for (const HolderLink& link : row.links)
        symbols.insert(symbols.end(), link.symbols.begin(), link.symbols.end());
    if (!symbols.empty()) {
        symbols.front().insert(0, "points to ");
        for (std::string& line : listed(symbols, below_indent))
            lines.push_back(std::move(line));
    }
    return lines;
}

void put_rows(std::ostream& out, const Style& style, const HoldersReport& report) {
    const uint32_t page_size = report.page_size;
    const Columns<HolderRow> columns{
        {"BYTES", Align::right,
         [page_size](const HolderRow& row) {
             return format_bytes(pages_to_bytes(row.pages, page_size));
         }},
        {"BLOCKS", Align::right,
         [](const HolderRow& row) {
             return fmt::format("{} ({})", row.blocks, order_words(row.orders));
         }},
        {"SURE", Align::left,
         [](const HolderRow& row) { return std::string(name_of(row.confidence)); }},
        {"WHAT", Align::left, [](const HolderRow& row) { return kind_words(row.kind); }},
        {"HELD BY", Align::left,
         [](const HolderRow& row) { return link_words(row.links.front()); }},
    };
    Table table = columns.table();
    for (const HolderRow& row : report.result.rows) {
        if (pages_to_bytes(row.pages, page_size) >= report.min_bytes)
            table.add(columns.cells(row), below(row));
    }
    table.print(out, style);
}

void put_lost(std::ostream& out, const Style& style, const HoldersReport& report) {
    const LostPages all = report.result.all_lost();
    const uint32_t page_size = report.page_size;
    if (all.blocks == 0) {
        out << "\nEverything has a holder.\n";
        return;
    }
    out << "\n"
        << style.bold("Nobody refers to " +
                      format_amount(pages_to_bytes(all.pages, page_size), std::nullopt))
        << fmt::format(" in {}:\n", count_of(all.blocks, "block"));
    for (const LostPages& lost : report.result.lost)
        out << fmt::format(
            "  {} in {} ({}), {}\n", format_bytes(pages_to_bytes(lost.pages, page_size)),
            count_of(lost.blocks, "block"), order_words(lost.orders), kind_words(lost.kind));
}

void put_strays(std::ostream& out, const HoldersReport& report) {
    for (const StrayAreas& stray : report.result.strays)
        out << fmt::format("Nobody refers to {} of vmalloc() ({}), taken by {}\n",
                           count_of(stray.areas, "area"),
                           format_bytes(pages_to_bytes(stray.pages, report.page_size)),
                           or_unknown(stray.caller, "a function that is gone"));
}

std::string limit_words(ghostmem_search_limit limit) {
    switch (limit) {
    case GHOSTMEM_LIMIT_CONTENT:
        return "This kernel does not zero pages when it allocates them (init_on_alloc=0), so the "
               "old content of single pages was not trusted: what only such a page refers to is "
               "said to be unreferenced.";
    case GHOSTMEM_LIMIT_GROUPS:
        return "There were too many kinds of references; some rows are merged.";
    case GHOSTMEM_LIMIT_BLOCKS:
        return "There were too many blocks; some are left out.";
    case GHOSTMEM_LIMIT_EXTENTS:
        return "There were too many areas of vmalloc(); some were not looked at.";
    case GHOSTMEM_LIMIT_STACKS:
        return "There were too many threads; some stacks were not looked at.";
    case GHOSTMEM_LIMIT_UNFIT:
        return "Too many decoys were believed to be held: do not trust the holders above.";
    case GHOSTMEM_LIMIT_DECOYS:
        return "There was too little free memory for decoys, so nothing tells how often a holder "
               "is found by mistake.";
    case GHOSTMEM_LIMIT_OBJECTS:
        return "Free slab objects that a CPU keeps for itself could not be told from those in "
               "use, so old pointers in these may count as references.";
    default:
        return "The search was stopped before it looked again: what is said to be unreferenced "
               "may just have been moving.";
    }
}

void put_limits(std::ostream& out, const HoldersReport& report) {
    std::vector<std::string> sentences;
    for (uint32_t limit = GHOSTMEM_LIMIT_CONTENT; limit <= GHOSTMEM_LIMIT_OBJECTS; limit <<= 1) {
        if ((report.result.limits & limit) != 0)
            sentences.push_back(limit_words(static_cast<ghostmem_search_limit>(limit)));
    }
    if (!report.shrunk)
        sentences.emplace_back("Slab caches were not made to return free objects, so old pointers "
                               "in these may count as references.");
    for (const std::string& sentence : sentences)
        out << wrapped(sentence, 0) << "\n";
}

} // namespace

void holders(std::ostream& out, const Style& style, const HoldersReport& report) {
    const SearchResult& result = report.result;
    put_rows(out, style, report);
    if (result.rows_omitted != 0)
        out << fmt::format(
            "and {} of together {}\n", count_of(result.rows_omitted, "smaller row"),
            format_bytes(pages_to_bytes(result.rows_omitted_pages, report.page_size)));
    put_lost(out, style, report);
    put_strays(out, report);
    out << fmt::format("\n{} of ghost memory in {}, {} held; {} of {} decoys believed; {:.1f}s\n",
                       format_bytes(pages_to_bytes(result.ghost_pages, report.page_size)),
                       count_of(result.ghost_blocks, "block"),
                       format_bytes(pages_to_bytes(result.held_pages, report.page_size)),
                       result.decoys_believed, result.decoys_tried,
                       static_cast<double>(result.duration_ns) / 1e9);
    put_limits(out, report);
}

} // namespace ghostmem::output::text
