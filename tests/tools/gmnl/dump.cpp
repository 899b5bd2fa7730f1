#include "gmnl/dump.h"

#include <linux/ghostmem.h>

#include <cerrno>

#include "gmnl/attributes.h"
#include "gmnl/error.h"
#include "gmnl/patience.h"
#include "gmnl/socket.h"

namespace gmnl {

void Dump::take(const std::vector<Message>& datagram) {
    ++datagrams_;
    for (const Message& message : datagram) {
        interrupted_ = interrupted_ || message.interrupted();
        if (message.ends())
            verdict_ = verdict_of(message);
        else
            take_site(message);
    }
}

void Dump::take_site(const Message& message) {
    const Attributes top = message.attributes();
    if (value_of<uint32_t>(top, GHOSTMEM_A_ABI) != GHOSTMEM_ABI)
        problem_ = "a site without the ABI";
    const auto nest = top.find(GHOSTMEM_A_SITE);
    const bool first = !headed_;
    headed_ = true;
    const auto pages_nest = top.find(GHOSTMEM_A_SITE_PAGES);
    if (nest == top.end() || pages_nest == top.end()) {
        if (!first || top.find(GHOSTMEM_A_DUMP) == top.end())
            problem_ = "a message without a site";
        return;
    }
    if (first)
        problem_ = "a dump without its first message";
    const Attributes site = attributes_of(nest->second);
    const auto id = value_of<uint32_t>(site, GHOSTMEM_SITE_A_ID).value_or(0);
    if (id <= last_id_)
        problem_ = "id " + std::to_string(id) + " after " + std::to_string(last_id_);
    last_id_ = id;
    const Attributes pages = attributes_of(pages_nest->second);
    const auto live = value_of<uint64_t>(pages, GHOSTMEM_SITE_PAGES_A_LIVE_PAGES);
    const auto given = value_of<uint64_t>(pages, GHOSTMEM_SITE_PAGES_A_ALLOC_PAGES);
    const auto freed = value_of<uint64_t>(pages, GHOSTMEM_SITE_PAGES_A_FREE_PAGES);
    if (!live || !given || !freed || *live != *given - *freed)
        problem_ = "site " + std::to_string(id) + ": live is not allocated less freed";
    ++sites_;
}

std::string Dump::text() const {
    return std::to_string(sites_) + " sites in " + std::to_string(datagrams_) + " datagrams";
}

static Dump read_dump(const Peer& peer) {
    Socket socket;
    socket.send(peer.dump_request());
    Dump dump;
    while (!dump.finished())
        dump.take(socket.receive(small_buffer));
    return dump;
}

Dump whole_dump(const Peer& peer) {
    size_t retries = 0;
    return patiently([&] { return read_dump(peer); },
                     [](const Dump& dump) { return dump.verdict().error == EBUSY; }, retries);
}

void check_dump(Tap& tap, const Dump& dump, const std::string& name) {
    tap.check(dump.problem().empty(), name + ": ids ascend, counts add up", dump.problem());
    tap.check(dump.verdict().dump && dump.verdict().error == 0, name + ": ends with NLMSG_DONE",
              "error " + name_of_errno(dump.verdict().error) + " " + dump.verdict().extack);
    tap.check(!dump.interrupted(), name + ": not marked as interrupted", "NLM_F_DUMP_INTR");
}

bool check_long_enough(Tap& tap, const Peer& peer) {
    const Dump dump = whole_dump(peer);
    tap.check(dump.datagrams() >= datagrams_wanted, "there are sites for several datagrams",
              "only " + dump.text() + "; give the system more to do first");
    return dump.datagrams() >= datagrams_wanted;
}

} // namespace gmnl
