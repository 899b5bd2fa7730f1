// Page frames by class, as the module's census reports them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/ghostmem.h>

namespace ghostmem {

/// Base pages by enum ghostmem_page_class.
using PageClasses = std::array<uint64_t, GHOSTMEM_PAGE_CLASSES>;
/// Base pages by the order of the block that they belong to.
using PageOrders = std::array<uint64_t, GHOSTMEM_ORDERS>;
/// Base pages by enum ghostmem_migrate.
using PageMigrate = std::array<uint64_t, GHOSTMEM_MIGRATE_TYPES>;

/// Return stable words, the ones that JSON uses.
std::string_view name_of(ghostmem_page_class page_class);
std::string_view name_of(ghostmem_migrate type);

struct Zone {
    uint32_t node = 0;
    std::string name;           ///< as in /proc/zoneinfo
    uint64_t managed_pages = 0; ///< this zone's part of MemTotal
    PageClasses classes{};
    PageOrders free_orders{};
    PageOrders kernel_orders{};
    PageMigrate kernel_migrate{};
    std::optional<uint64_t> kernel_tracked_pages; ///< nullopt: tracking is off
    /// Pages in the classes of processes and files that no process or file has any more; nullopt:
    /// the module is older and does not report them.
    std::optional<uint64_t> let_go_pages;
};

/// Its figures are not all from the same moment.
struct PageCensus {
    uint64_t duration_ns = 0;
    uint64_t frames = 0;    ///< page frames that were looked at
    uint64_t unsettled = 0; ///< blocks that changed while they were looked at
    std::vector<Zone> zones;

    /// The sum over all zones.
    [[nodiscard]] PageClasses classes() const;
    /// Likewise; nullopt if no zone reports it.
    [[nodiscard]] std::optional<uint64_t> let_go_pages() const;
};

} // namespace ghostmem
