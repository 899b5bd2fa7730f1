// Sockets that pin memory.
#include "lib/findings/rule.h"
#include "lib/sockets/report.h"

namespace ghostmem {

namespace {

std::vector<Finding> find(const VerdictInput& in) {
    if (in.sockets == nullptr || !in.sockets->worst)
        return {};
    const SocketFinding& worst = *in.sockets->worst;
    // What it frees is a lower bound and therefore certain.
    const uint64_t bytes = worst.frees_bytes;
    const Thresholds& thresholds = in.thresholds;
    if (worst.situation == SocketSituation::ring || bytes < thresholds.socket_bytes)
        return {};
    Finding finding{.confidence = Confidence::certain, .sentence = worst.text(), .bytes = bytes};
    if (in.is_large(bytes))
        finding.level = VerdictLevel::leak;
    else if (bytes < in.ledger.total / 100 * thresholds.socket_share_percent && !worst.cannot_act &&
             worst.idle_ms.value_or(0) / 1000 < thresholds.socket_idle_s)
        return {};
    return {std::move(finding)};
}

} // namespace

extern const Rule unread_socket_rule{
    .name = "unread_socket",
    .finds = "The sockets of one cause (a process that does not read, a peer that does not read, "
             "sockets that nobody "
             "accepts) pin at least `socket_bytes`: the pages behind their queues, each counted at "
             "its whole size and "
             "once, and only those that no other socket shares.",
    .levels = "A warning if that is `socket_share_percent` of memory, if nobody has read for "
              "`socket_idle_s`, or if the "
              "process cannot read, because it is stopped or is stuck in the kernel. A leak if it "
              "is as large as ghosts have to "
              "be for one. A packet ring was requested by its process and is not reported.",
    .sure = "Certain: the queues were walked. That a restart of the process frees the memory is "
            "certain as well.",
    .check = "`ss -tmp` shows the queue's bytes and its truesize, but not the pages behind them.",
    .find = find,
};

} // namespace ghostmem
