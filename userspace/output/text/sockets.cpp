#include "output/text/sockets.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/socket.h"
#include "output/text/socket_cells.h"
#include "output/text/table.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

constexpr size_t below_indent = 8;

// Returns the details of a socket that have no column of their own.
std::vector<std::string> below(const Socket& socket, const SocketsReport& report) {
    std::vector<std::string> words;
    const auto put = [&](std::string text) {
        if (!text.empty())
            words.push_back(std::move(text));
    };
    put(address_words(socket));
    put(holder_words(socket, report));
    if (report.origin == SocketOrigin::module && socket.held.truesize_bytes.value_or(0) != 0)
        put("truesize " + format_bytes(*socket.held.truesize_bytes));
    if (socket.held.pinned && socket.held.pinned->slab_bytes != 0)
        put("slab " + format_bytes(socket.held.pinned->slab_bytes));
    if (socket.netns != report.own_netns)
        put("netns " + netns_words(socket, report));
    if (!socket.owners.empty()) {
        if (const Process* process = report.process(socket.owners.front().pid)) {
            if (process->stopped() || process->traced() || process->stuck())
                put(process->state_words());
            if (!process->container.empty())
                put("container " + process->container);
        }
    }
    if (socket.owner_count > 1)
        put(count_of(socket.owner_count - 1, "more descriptor"));
    if (socket.held.pinned && socket.held.pinned->shared_pages != 0)
        put(fmt::format("{} shared", format_bytes(pages_to_bytes(socket.held.pinned->shared_pages,
                                                                 report.page_size))));
    // Without the module, packet rings are the only memory that is known to be pinned.
    for (const char* ring : {"rx_ring", "tx_ring"}) {
        if (const SocketQueue* queue = socket.queue(ring))
            put(fmt::format("{} of {}", ring,
                            bytes_cell(queue->held.pinned_bytes(report.page_size))));
    }
    for (std::string& doubt : doubt_words(socket))
        put(std::move(doubt));
    if (socket.inode != 0)
        put(fmt::format("inode {}", socket.inode));
    return listed(words, below_indent);
}

Columns<Socket> columns_of(const SocketsReport& report) {
    const bool module = report.origin == SocketOrigin::module;
    const SocketSortKey sort = report.options.sort;
    const uint32_t page_size = report.page_size;
    Columns<Socket> columns{};
    columns.add_if(module, {"PINNED", Align::right, [page_size](const Socket& socket) {
                                return pinned_cell(socket, page_size);
                            }});
    columns.add_if(module, {"AMPL", Align::right, [page_size](const Socket& socket) {
                                return amplification_cell(socket.held, page_size);
                            }});
    columns.add_if(module && sort == SocketSortKey::slab,
                   {"SLAB", Align::right, [](const Socket& socket) {
                        const auto& pinned = socket.held.pinned;
                        return format_bytes(pinned ? pinned->slab_bytes : 0);
                    }});
    columns.add_if(!module || sort == SocketSortKey::truesize,
                   {"TRUESIZE", Align::right,
                    [](const Socket& socket) { return bytes_cell(socket.held.truesize_bytes); }});
    columns.add(
        {"DATA", Align::right, [](const Socket& socket) { return bytes_cell(socket.held.bytes); }});
    columns.add_if(module, {"IDLE", Align::right, idle_cell});
    columns.add({"PROTO", Align::left, kind_label});
    columns.add({"STATE", Align::left, state_label});
    columns.add({"PROCESS", Align::left, process_cell});
    return columns;
}

std::string sums(const Held& held, uint32_t page_size) {
    if (!held.pinned)
        return fmt::format("truesize {}", format_amount(held.truesize_bytes.value_or(0), {}));
    std::string text =
        fmt::format("{} pinned", format_amount(*held.pinned_bytes(page_size), std::nullopt));
    if (held.pinned->shared_pages != 0)
        text += fmt::format(", {} of it shared",
                            format_bytes(pages_to_bytes(held.pinned->shared_pages, page_size)));
    if (held.pinned->slab_bytes != 0)
        text += fmt::format(", and {} in slab", format_bytes(held.pinned->slab_bytes));
    return text;
}

// Without a filter the totals come from the census, which counts pages shared by several sockets
// once.
std::string total(const SocketsReport& report) {
    if (!report.options.filter.any())
        return fmt::format("{} in {}: {}", count_of(report.census.sockets, "socket"),
                           count_of(report.census.namespaces, "network namespace"),
                           sums(report.census.held, report.page_size));
    const SocketSelection& selection = report.selection;
    Held held;
    held.truesize_bytes = selection.matched_truesize_bytes;
    if (report.origin == SocketOrigin::module) {
        held.pinned.emplace();
        held.pinned->pages = selection.matched_pinned_pages;
        held.pinned->shared_pages = selection.matched_shared_pages;
        held.pinned->slab_bytes = selection.matched_slab_bytes;
    }
    return fmt::format("{}: {}", count_of(selection.matched, "socket"),
                       sums(held, report.page_size));
}

void put_notes(std::ostream& out, const SocketsReport& report) {
    for (const Lost& missed : report.census.missed) {
        if (missed.count != 0)
            out << wrapped(fmt::format("not counted, or not fully: {} ({}): {}", missed.count,
                                       missed.name, missed.meaning),
                           0)
                << '\n';
    }
    if (report.origin == SocketOrigin::sock_diag)
        out << wrapped("pinned pages need the module: " + report.why_not_module, 0) << '\n';
    for (const std::string& note : report.notes)
        out << wrapped(note, 0) << '\n';
}

} // namespace

void sockets(std::ostream& out, const Style& style, const SocketsReport& report) {
    if (report.options.filter.inode && report.selection.sockets.size() == 1) {
        socket_in_full(out, style, report.selection.sockets.front(), report);
        put_notes(out, report);
        return;
    }
    const bool all = report.options.filter.any() || report.options.top;
    const Columns<Socket> columns = columns_of(report);
    Table table = columns.table();
    size_t shown = 0;
    for (const Socket& socket : report.selection.sockets) {
        if (!all && !socket.holds_anything())
            continue;
        table.add(columns.cells(socket), below(socket, report));
        ++shown;
    }
    if (shown != 0) {
        table.print(out, style);
        out << '\n';
    }
    std::string text = total(report);
    const size_t matched =
        report.options.filter.any() ? report.selection.matched : report.census.sockets;
    if (shown < matched)
        text += all ? fmt::format("; the first {} shown", shown)
                    : fmt::format("; {} hold something", shown);
    out << wrapped(text, 0) << '\n';
    put_notes(out, report);
}

} // namespace ghostmem::output::text
