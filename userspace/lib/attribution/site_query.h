// Selecting and sorting sites.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/attribution/site_merge.h"
#include "lib/attribution/site_view.h"

namespace ghostmem {

enum class SortKey { bytes, pages, age, rate, growth };

std::string_view name_of(SortKey key);

/// As ListOptions::module: the sites that have no module in their stack.
inline constexpr std::string_view kernel_itself = "kernel";

/// Returns a module's name as the kernel has it: like modprobe, takes '-' for '_'.
std::string module_name(std::string text);

struct ListOptions {
    std::optional<ClassSet> classes;   ///< nullopt: see chosen_classes()
    std::optional<std::string> module; ///< a module_name(), or kernel_itself
    std::chrono::seconds min_age{0};   ///< of the oldest page; 0: any
    uint64_t min_bytes = 0;
    std::optional<size_t> top;
    SortKey sort = SortKey::bytes;
    GroupBy by = GroupBy::stack; ///< of SiteSelection::rows()
    /// Sites that are listed besides those of the default classes, where neither classes nor a
    /// module are asked for.
    std::function<bool(const SiteView&)> also{};
};

/// The default is ghosts; for one module also its vmalloc memory, which it can leak as well. Slab
/// and page-table pages that a module's call happened to allocate are shared.
ClassSet chosen_classes(const ListOptions& options);

struct SiteSelection {
    std::vector<SiteView> sites;  ///< the first `top` of those that matched
    std::vector<SiteView> merged; ///< those that matched, merged; empty if they are by stack
    size_t rows_matched = 0;      ///< without `top`
    size_t matched = 0;
    uint64_t matched_bytes = 0; ///< SiteView::subject_bytes of all that matched
    uint64_t matched_pages = 0;
    std::optional<Uncertainty> error; ///< of matched_pages; nullopt: exact

    /// The rows of a table.
    [[nodiscard]] const std::vector<SiteView>& rows() const {
        return merged.empty() ? sites : merged;
    }
};

/// Returns why these options cannot be combined with `command`; empty if they can.
std::string list_problem(const ListOptions& options, std::string_view command);

/// Returns them sorted with the largest (oldest, fastest growing) first; ties by bytes, then by
/// slot.
SiteSelection select_sites(std::vector<SiteView> views, const ListOptions& options);

} // namespace ghostmem
