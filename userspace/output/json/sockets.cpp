#include "output/json/sockets.h"
#include "lib/base/units.h"

#include <array>
#include <string_view>
#include <utility>

#include <linux/sock_diag.h>

namespace ghostmem::output::json {

namespace {

constexpr std::array<std::pair<uint32_t, std::string_view>, 8> flag_words{{
    {GHOSTMEM_SOCKET_F_UNACCEPTED, "unaccepted"},
    {GHOSTMEM_SOCKET_F_ORPHAN, "orphan"},
    {GHOSTMEM_SOCKET_F_IN_FLIGHT, "in_flight"},
    {GHOSTMEM_SOCKET_F_KERNEL, "kernel"},
    {GHOSTMEM_SOCKET_F_BUSY, "busy"},
    {GHOSTMEM_SOCKET_F_CHANGED, "changed"},
    {GHOSTMEM_SOCKET_F_PARTIAL, "partial"},
    {GHOSTMEM_SOCKET_F_OLDEST_PAGE, "oldest_by_page"},
}};

// Indexed by SK_MEMINFO_* of linux/sock_diag.h.
constexpr std::array<std::string_view, 9> meminfo_words{
    "rmem_alloc_bytes",  "rcvbuf_bytes", "wmem_alloc_bytes", "sndbuf_bytes", "fwd_alloc_bytes",
    "wmem_queued_bytes", "optmem_bytes", "backlog_bytes",    "drops"};

Json seconds(const std::optional<uint64_t>& milliseconds) {
    return milliseconds ? Json(static_cast<double>(*milliseconds) / 1000) : Json(nullptr);
}

Json flags_json(uint32_t flags) {
    Json json = Json::array();
    for (const auto& [flag, word] : flag_words) {
        if ((flags & flag) != 0)
            json.push_back(word);
    }
    return json;
}

// Lists the orders that occur, each with its number of blocks.
Json orders_json(const std::vector<uint64_t>& orders) {
    Json json = Json::array();
    for (size_t order = 0; order < orders.size(); ++order) {
        if (orders[order] != 0)
            json.push_back(Json{{"order", order}, {"blocks", orders[order]}});
    }
    return json;
}

// Adds the keys that a queue, a socket and the census have in common.
void add_held(Json& json, const Held& held, uint32_t page_size) {
    json["skbs"] = or_null(held.skbs);
    json["bytes"] = or_null(held.bytes);
    json["truesize_bytes"] = or_null(held.truesize_bytes);
    json["pinned_bytes"] = or_null(held.pinned_bytes(page_size));
    const Pinned* pinned = held.pinned ? &*held.pinned : nullptr;
    const auto put = [&](const char* key, uint64_t Pinned::*member) {
        json[key] = pinned != nullptr ? Json(pinned->*member) : Json(nullptr);
    };
    put("pinned_pages", &Pinned::pages);
    put("pinned_blocks", &Pinned::blocks);
    put("slab_bytes", &Pinned::slab_bytes);
    put("vmalloc_bytes", &Pinned::vmalloc_bytes);
    json["mapped_bytes"] =
        pinned != nullptr ? Json(pages_to_bytes(pinned->mapped_pages, page_size)) : Json(nullptr);
}

// Adds the keys that a socket and the census have, but a single queue does not.
void add_sums(Json& json, const Held& held, uint32_t page_size) {
    const Pinned* pinned = held.pinned ? &*held.pinned : nullptr;
    json["shared_bytes"] =
        pinned != nullptr ? Json(pages_to_bytes(pinned->shared_pages, page_size)) : Json(nullptr);
    json["tracked_bytes"] =
        pinned != nullptr ? Json(pages_to_bytes(pinned->tracked_pages, page_size)) : Json(nullptr);
    json["orders"] = pinned != nullptr ? orders_json(pinned->orders) : Json(nullptr);
    json["amplification"] = or_null(held.amplification(page_size));
}

Json owners_json(const std::vector<SocketOwner>& owners) {
    Json json = Json::array();
    for (const SocketOwner& owner : owners)
        json.push_back(Json{{"pid", owner.pid == 0 ? Json(nullptr) : Json(owner.pid)},
                            {"comm", owner.comm},
                            {"fd", owner.fd}});
    return json;
}

Json queues_json(const Socket& socket, uint32_t page_size) {
    Json json = Json::array();
    for (const SocketQueue& queue : socket.queues) {
        Json one{{"name", queue.name}};
        add_held(one, queue.held, page_size);
        json.push_back(std::move(one));
    }
    return json;
}

Json meminfo_json(const Socket& socket) {
    if (socket.meminfo.empty())
        return nullptr;
    Json json = Json::object();
    for (size_t i = 0; i < meminfo_words.size(); ++i)
        json[std::string(meminfo_words.at(i))] =
            i < socket.meminfo.size() ? Json(socket.meminfo[i]) : Json(nullptr);
    return json;
}

void add_names(Json& json, const Socket& socket) {
    const SocketOwner* owner = socket.owners.empty() ? nullptr : &socket.owners.front();
    json["pid"] = owner != nullptr && owner->pid != 0 ? Json(owner->pid) : Json(nullptr);
    json["comm"] = owner != nullptr ? Json(owner->comm) : Json(nullptr);
    json["fd"] = owner != nullptr ? Json(owner->fd) : Json(nullptr);
    json["inode"] = socket.inode;
    json["cookie"] = socket.cookie;
    json["netns"] = socket.netns;
    json["family"] = family_word(socket);
    json["type"] = type_word(socket);
    json["protocol"] = protocol_word(socket);
    json["state"] = state_word(socket);
    json["local"] = or_null(socket.local);
    json["remote"] = or_null(socket.remote);
    json["ifindex"] = socket.ifindex == 0 ? Json(nullptr) : Json(socket.ifindex);
    json["uid"] = or_null(socket.uid);
    json["flags"] = flags_json(socket.flags);
    json["holder_inode"] = socket.holder == 0 ? Json(nullptr) : Json(socket.holder);
    json["owner_count"] = socket.owner_count;
    json["owners"] = owners_json(socket.owners);
}

Json listed_json(const Socket& socket, const SocketsReport& report) {
    Json json = socket_json(socket, report.page_size);
    json["holders"] = owners_json(report.holders.of(socket));
    const Process* process =
        socket.owners.empty() ? nullptr : report.process(socket.owners.front().pid);
    json["process_state"] = process != nullptr ? or_null(process->state_words()) : Json(nullptr);
    json["cgroup"] = process != nullptr ? or_null(process->cgroup) : Json(nullptr);
    json["container"] = process != nullptr ? or_null(process->container) : Json(nullptr);
    const auto name = report.netns_names.find(socket.netns);
    json["netns_name"] = name == report.netns_names.end() ? Json(nullptr) : Json(name->second);
    return json;
}

Json matched_json(const SocketsReport& report) {
    const SocketSelection& selection = report.selection;
    // Without a filter every socket matches, but the module may have sent only the first few, so
    // the sums are taken from the census.
    if (!report.options.filter.any()) {
        const Held& held = report.census.held;
        const Pinned* pinned = held.pinned ? &*held.pinned : nullptr;
        return Json{{"sockets", report.census.sockets},
                    {"bytes", or_null(held.bytes)},
                    {"truesize_bytes", or_null(held.truesize_bytes)},
                    {"pinned_bytes", or_null(held.pinned_bytes(report.page_size))},
                    {"slab_bytes", pinned != nullptr ? Json(pinned->slab_bytes) : Json(nullptr)}};
    }
    const bool module = report.origin == SocketOrigin::module;
    const auto known = [&](uint64_t value) { return module ? Json(value) : Json(nullptr); };
    return Json{
        {"sockets", selection.matched},
        {"bytes", selection.matched_bytes},
        {"truesize_bytes", selection.matched_truesize_bytes},
        {"pinned_bytes", known(pages_to_bytes(selection.matched_pinned_pages, report.page_size))},
        {"slab_bytes", known(selection.matched_slab_bytes)}};
}

// Indents text as an element of an array that is a member of the document.
std::string indented(const std::string& text) {
    std::string result = "\n    ";
    for (const char c : text)
        result += c == '\n' ? std::string("\n    ") : std::string(1, c);
    return result;
}

} // namespace

Json census_json(const Census& census, uint32_t page_size) {
    Json json{{"sockets", census.sockets},
              {"namespaces", census.namespaces},
              {"duration_s", census.duration_ns
                                 ? Json(static_cast<double>(*census.duration_ns) / 1e9)
                                 : Json(nullptr)},
              {"memory_bytes", or_null(census.memory_bytes)}};
    add_held(json, census.held, page_size);
    add_sums(json, census.held, page_size);
    json["missed"] = Json::object();
    for (const Lost& missed : census.missed)
        json["missed"][missed.name] = missed.count;
    return json;
}

Json socket_json(const Socket& socket, uint32_t page_size) {
    Json json = Json::object();
    add_names(json, socket);
    add_held(json, socket.held, page_size);
    add_sums(json, socket.held, page_size);
    json["frags_max"] = or_null(socket.frags_max);
    json["oldest_s"] = seconds(socket.oldest_ms);
    json["read_s"] = seconds(socket.read_ms);
    json["arrived_s"] = seconds(socket.arrived_ms);
    json["drops"] = socket.meminfo.size() > SK_MEMINFO_DROPS
                        ? Json(socket.meminfo[SK_MEMINFO_DROPS])
                        : Json(nullptr);
    json["queues"] = queues_json(socket, page_size);
    json["meminfo"] = meminfo_json(socket);
    return json;
}

Json finding_json(const SocketFinding& finding, uint32_t page_size) {
    const bool known = finding.who.has_value();
    return Json{{"sentence", finding.sentence},
                {"remedy", or_null(finding.remedy)},
                {"pid", known ? Json(finding.who->pid) : Json(nullptr)},
                {"comm", known ? Json(finding.who->comm) : Json(nullptr)},
                {"process_state", or_null(finding.process_state)},
                {"sockets", finding.sockets},
                {"pinned_bytes", finding.pinned_bytes},
                {"frees_bytes", finding.frees_bytes},
                {"idle_s", seconds(finding.idle_ms)},
                {"socket", socket_json(finding.worst, page_size)}};
}

void sockets(std::ostream& out, const SocketsReport& report) {
    Json head = document();
    head["source"] = name_of(report.origin);
    head["why_not_module"] = or_null(report.why_not_module);
    head["notes"] = report.notes;
    head["page_size_bytes"] = report.page_size;
    head["own_netns"] = report.own_netns;
    head["census"] = census_json(report.census, report.page_size);
    head["matched"] = matched_json(report);
    head["sort"] = name_of(report.options.sort);
    // The sockets are written last: strip the closing brace, and append them one by one.
    std::string text = to_text(head);
    text.erase(text.rfind('}'));
    text.erase(text.find_last_not_of('\n') + 1);
    out << text << ",\n  \"sockets\": [";
    bool first = true;
    for (const Socket& socket : report.selection.sockets) {
        std::string one = to_text(listed_json(socket, report));
        one.pop_back();
        out << (first ? "" : ",") << indented(one);
        first = false;
    }
    out << (first ? "]" : "\n  ]") << "\n}\n";
}

} // namespace ghostmem::output::json
