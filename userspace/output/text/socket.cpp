#include "output/text/socket.h"

#include <functional>
#include <utility>

#include <fmt/format.h>
#include <linux/sock_diag.h>

#include "lib/base/units.h"
#include "output/text/columns.h"
#include "output/text/socket_cells.h"
#include "output/text/table.h"
#include "output/text/wrap.h"

namespace ghostmem::output::text {

namespace {

constexpr size_t label_width = 9;

std::string label(std::string_view name) {
    return fmt::format("{:<{}}", name, label_width);
}

// A block of lines; only the first one is labelled.
class Block {
  public:
    Block(std::ostream& out, std::string_view name) : out_(out), name_(name) {}
    void line(const std::string& text) {
        if (text.empty())
            return;
        out_ << label(name_) << wrapped(text, label_width) << '\n';
        name_ = "";
    }

  private:
    std::ostream& out_;
    std::string_view name_;
};

void put_names(std::ostream& out, const Socket& socket, const SocketsReport& report) {
    Block block(out, "Socket");
    block.line(
        fmt::format("{} {}  {}", kind_label(socket), address_words(socket), state_label(socket)));
    block.line(fmt::format("{}, {}, inode {}, cookie {:x}", type_word(socket),
                           protocol_word(socket), socket.inode, socket.cookie));
    block.line(fmt::format("network namespace {}{}", netns_words(socket, report),
                           socket.netns == report.own_netns ? ", this one" : ""));
    if (socket.uid)
        block.line(fmt::format("uid {}", *socket.uid));
    if (socket.ifindex != 0)
        block.line(fmt::format("bound to interface {}", socket.ifindex));
    block.line(holder_words(socket, report));
    for (const std::string& doubt : doubt_words(socket))
        block.line(doubt);
}

void put_owners(std::ostream& out, const Socket& socket, const SocketsReport& report) {
    Block block(out, "Process");
    if (socket.owners.empty()) {
        block.line(process_cell(socket));
        return;
    }
    for (const SocketOwner& owner : socket.owners)
        block.line(owner_words(owner));
    if (socket.owner_count > socket.owners.size())
        block.line(fmt::format("and {} more",
                               count_of(socket.owner_count - socket.owners.size(), "descriptor")));
    const Process* process = report.process(socket.owners.front().pid);
    if (process == nullptr)
        return;
    block.line(process->state_words());
    if (!process->cgroup.empty())
        block.line("cgroup " + process->cgroup);
    if (!process->container.empty())
        block.line("container " + process->container);
}

void put_held(std::ostream& out, const Socket& socket, uint32_t page_size) {
    Block block(out, "Holds");
    const Held& held = socket.held;
    if (held.pinned) {
        const auto ratio = held.amplification(page_size);
        block.line(fmt::format(
            "{} pinned: {} in {}{}", format_amount(*held.pinned_bytes(page_size), {}),
            count_of(held.pinned->pages, "page"), count_of(held.pinned->blocks, "block"),
            ratio ? fmt::format(", {} its data", amplification_cell(held, page_size)) : ""));
        const auto also = [&](uint64_t bytes, std::string_view what) {
            if (bytes != 0)
                block.line(fmt::format("{} {}", format_bytes(bytes), what));
        };
        also(pages_to_bytes(held.pinned->shared_pages, page_size),
             "of it that another socket pins as well");
        also(pages_to_bytes(held.pinned->tracked_pages, page_size),
             "of it that the tracker has a record of");
        also(held.pinned->slab_bytes, "in slab");
        also(held.pinned->vmalloc_bytes, "in vmalloc space");
        also(pages_to_bytes(held.pinned->mapped_pages, page_size),
             "of pages of processes and of the page cache");
        std::string orders;
        for (size_t order = 0; order < held.pinned->orders.size(); ++order) {
            if (held.pinned->orders[order] != 0)
                orders += fmt::format("{}{} of order {}", orders.empty() ? "" : ", ",
                                      held.pinned->orders[order], order);
        }
        block.line(orders.empty() ? "" : "blocks: " + orders);
    }
    if (socket.frags_max.value_or(0) != 0)
        block.line(fmt::format("up to {} in an sk_buff", count_of(*socket.frags_max, "fragment")));
}

void put_ages(std::ostream& out, const Socket& socket) {
    Block block(out, "Times");
    const auto line = [&](const std::optional<uint64_t>& ms, const char* what) {
        if (ms)
            block.line(fmt::format("{} {}", format_age(*ms / 1000), what));
    };
    line(socket.read_ms, "since somebody read");
    line(socket.oldest_ms, socket.has(GHOSTMEM_SOCKET_F_OLDEST_PAGE)
                               ? "or less since the first of the receive queue came"
                               : "since the first of the receive queue came");
    line(socket.arrived_ms, "since data last came");
}

// Formats the meminfo values as ss -m does.
std::string meminfo_words(const Socket& socket) {
    const std::vector<uint32_t>& m = socket.meminfo;
    if (m.size() <= SK_MEMINFO_DROPS)
        return {};
    return fmt::format("r{},rb{},t{},tb{},f{},w{},o{},bl{},d{}", m[SK_MEMINFO_RMEM_ALLOC],
                       m[SK_MEMINFO_RCVBUF], m[SK_MEMINFO_WMEM_ALLOC], m[SK_MEMINFO_SNDBUF],
                       m[SK_MEMINFO_FWD_ALLOC], m[SK_MEMINFO_WMEM_QUEUED], m[SK_MEMINFO_OPTMEM],
                       m[SK_MEMINFO_BACKLOG], m[SK_MEMINFO_DROPS]);
}

/// Returns a column that shows one member of Pinned, in bytes; "-" when it is not known.
Column<SocketQueue> pinned_column(std::string title, std::function<uint64_t(const Pinned&)> part) {
    return {std::move(title), Align::right, [part = std::move(part)](const SocketQueue& queue) {
                const auto& pinned = queue.held.pinned;
                return pinned ? format_bytes(part(*pinned)) : std::string("-");
            }};
}

Table queue_table(const Socket& socket, uint32_t page_size) {
    Columns<SocketQueue> columns{
        {"QUEUE", Align::left, [](const SocketQueue& queue) { return queue.name; }},
        {"SKBS", Align::right,
         [](const SocketQueue& queue) {
             return queue.held.skbs ? std::to_string(*queue.held.skbs) : "-";
         }},
        {"DATA", Align::right,
         [](const SocketQueue& queue) { return bytes_cell(queue.held.bytes); }},
        {"TRUESIZE", Align::right,
         [](const SocketQueue& queue) { return bytes_cell(queue.held.truesize_bytes); }},
        {"PINNED", Align::right,
         [page_size](const SocketQueue& queue) {
             return bytes_cell(queue.held.pinned_bytes(page_size));
         }},
        {"AMPL", Align::right,
         [page_size](const SocketQueue& queue) {
             return amplification_cell(queue.held, page_size);
         }},
        pinned_column("SLAB", [](const Pinned& pinned) { return pinned.slab_bytes; }),
        pinned_column("VMALLOC", [](const Pinned& pinned) { return pinned.vmalloc_bytes; }),
        pinned_column("MAPPED", [page_size](const Pinned& pinned) {
            return pages_to_bytes(pinned.mapped_pages, page_size);
        })};
    Table table = columns.table();
    for (const SocketQueue& queue : socket.queues)
        table.add(columns.cells(queue));
    return table;
}

} // namespace

void socket_in_full(std::ostream& out, const Style& style, const Socket& socket,
                    const SocketsReport& report) {
    put_names(out, socket, report);
    put_owners(out, socket, report);
    put_held(out, socket, report.page_size);
    put_ages(out, socket);
    if (const std::string words = meminfo_words(socket); !words.empty())
        out << label("skmem") << words << '\n';
    out << '\n';
    if (socket.queues.empty())
        out << "every queue is empty\n";
    else
        queue_table(socket, report.page_size).print(out, style);
}

} // namespace ghostmem::output::text
