#include "lib/snapshot/gather.h"

#include <map>
#include <tuple>

#include <unistd.h>

#include "lib/attribution/site_id.h"
#include "lib/base/saturate.h"
#include "lib/findings/report.h"
#include "lib/host/identity.h"
#include "lib/host/slabinfo.h"
#include "lib/model/socket_words.h"
#include "lib/snapshot/log.h"
#include "lib/snapshot/tasks.h"
#include "lib/sockets/report.h"

namespace ghostmem {

namespace {

class Gathering {
  public:
    Gathering(const SnapshotSources& sources, const SnapshotOptions& options)
        : sources_(sources), options_(options) {}

    Snapshot run() {
        const HostIdentity identity = read_identity(sources_.root);
        snapshot_.host = {.name = identity.name,
                          .kernel = identity.kernel,
                          .boot_id = identity.boot_id,
                          .taken_s = options_.taken_s,
                          .uptime_s = identity.uptime_s};
        const StatusReport report =
            gather_status(sources_.kernel, sources_.root, options_.thresholds);
        snapshot_.host.page_size =
            report.status ? report.status->page_size : static_cast<uint32_t>(sysconf(_SC_PAGESIZE));
        take_module(report);
        take_memory(report);
        take_verdict(report.verdict);
        take_sites(report);
        take_sockets();
        const Observation seen = observe(
            {sources_.tasks, sources_.clock, sources_.run_clock, sources_.root}, options_.interval);
        take_tasks(snapshot_, seen, sources_.root);
        take_slab();
        const bool same_boot =
            !identity.boot_id.empty() && identity.boot_id == options_.log_boot_id;
        take_log(snapshot_, sources_.root, same_boot ? options_.log_from : 0, seen.after);
        return std::move(snapshot_);
    }

  private:
    void lack(std::string section, std::string why) {
        snapshot_.missing.push_back({std::move(section), std::move(why)});
    }

    void take_module(const StatusReport& report) {
        SnapshotModule& module = snapshot_.module;
        if (report.problem) {
            module.problem = std::string(report.without_module());
            return;
        }
        const Status& status = *report.status;
        module.loaded = true;
        module.mode = std::string(name_of(status.mode));
        module.version = status.version;
        module.armed_s = status.armed_s;
        module.generation = status.generation;
        module.lost_events = 0;
        for (const Lost& lost : status.lost)
            module.lost_events = add(*module.lost_events, lost.count);
    }

    void take_memory(const StatusReport& report) {
        const Ledger& ledger = report.ledger;
        SnapshotMemory& memory = snapshot_.memory;
        memory.total = ledger.total;
        memory.free = ledger.free;
        memory.applications = ledger.applications;
        memory.kernel = ledger.kernel;
        memory.ghost = ledger.ghost;
        memory.ghost_error = ledger.ghost_error;
        memory.residual = ledger.residual;
        memory.counted = ledger.counted;
        memory.available = report.available_bytes;
        memory.sites = report.ghost_sites_bytes();
        memory.sockets = report.ghost_sockets_bytes();
        if (report.known_bytes())
            memory.unattributed = report.unattributed_bytes();
        for (const LedgerPart& part : ledger.parts)
            memory.parts.push_back(
                {std::string(part.name), std::string(name_of(part.group)), part.bytes});
        for (const Holder& holder : report.holders) {
            if (holder.bytes.value_or(0) != 0)
                snapshot_.holders.push_back(
                    {std::string(holder.name), std::string(name_of(holder.part)), *holder.bytes});
        }
    }

    void take_verdict(const Verdict& verdict) {
        for (const Finding& finding : verdict.findings) {
            SnapshotFinding& one = snapshot_.verdict.emplace_back();
            one.rule = finding.rule;
            one.level = finding.level;
            one.confidence = finding.confidence;
            one.bytes = finding.bytes;
            for (const uint64_t id : finding.sites)
                one.sites.push_back(format_site_id(id));
            one.sentence = finding.sentence;
        }
    }

    void take_sites(const StatusReport& report) {
        if (!report.sites_known) {
            lack("sites", report.problem ? std::string(report.without_module())
                                         : std::string("the tracker does not record"));
            return;
        }
        auto& sites = snapshot_.sites.emplace();
        for (const SiteView& view : report.sites)
            sites.push_back(site_of(view));
    }

    static SnapshotSite site_of(const SiteView& view) {
        SnapshotSite one;
        one.id = format_site_id(view.id);
        one.id_stable = view.site.code_known;
        one.cls = name_of(view.cls);
        one.function = view.function;
        one.symbol = view.symbol;
        if (!view.module.empty())
            one.module = view.module;
        one.module_state = name_of(view.module_state);
        one.order = view.site.order;
        one.live_bytes = view.live_bytes;
        one.margin = view.margin_bytes;
        one.allocations = view.site.allocs;
        one.frees = view.site.frees;
        one.oldest_s = view.site.oldest_s;
        for (size_t i = view.shown_from; i < view.site.frames.size(); ++i)
            one.stack.push_back(describe(view.site.frames[i]));
        return one;
    }

    void take_sockets() {
        SocketsReport report;
        try {
            report = gather_sockets(sources_.kernel, sources_.diag, sources_.root, {});
        } catch (const Error& error) {
            // As of `leakctl status`: this concerns only sockets.
            lack("sockets", error.what());
            return;
        }
        SnapshotSockets& sockets = snapshot_.sockets.emplace();
        sockets.source = name_of(report.origin);
        sockets.sockets = report.census.sockets;
        sockets.namespaces = report.census.namespaces;
        sockets.bytes = report.census.held.bytes;
        sockets.pinned = report.census.held.pinned_bytes(report.page_size);
        if (!sockets.pinned)
            lack("sockets", report.why_not_module + ": what sockets pin is not known");
        for (const std::string& note : report.notes)
            lack("sockets", note);
        std::map<std::tuple<std::string, std::string>, SnapshotSocketGroup> groups;
        for (const Socket& socket : report.selection.sockets) {
            const std::tuple key(owner_of(socket), protocol_word(socket));
            SnapshotSocketGroup& group = groups[key];
            std::tie(group.owner, group.protocol) = key;
            ++group.sockets;
            group.bytes = add(group.bytes, socket.held.bytes.value_or(0));
            if (const auto pinned = socket.held.pinned_bytes(report.page_size))
                group.pinned = add(group.pinned.value_or(0), *pinned);
        }
        for (auto& [key, group] : groups)
            sockets.groups.push_back(std::move(group));
    }

    static std::string owner_of(const Socket& socket) {
        if (!socket.owners.empty())
            return socket.owners.front().comm;
        return socket.has(GHOSTMEM_SOCKET_F_KERNEL) ? "(kernel)" : "(nobody)";
    }

    void take_slab() {
        const auto caches = read_slabinfo(sources_.root, snapshot_.host.page_size);
        if (!caches) {
            lack("slab", "/proc/slabinfo may not be read; run it as root");
            return;
        }
        auto& slab = snapshot_.slab.emplace();
        for (const SlabCache& cache : *caches)
            slab.push_back({cache.name, cache.objects, cache.bytes});
    }

    const SnapshotSources& sources_;
    const SnapshotOptions& options_;
    Snapshot snapshot_;
};

} // namespace

Snapshot gather_snapshot(const SnapshotSources& sources, const SnapshotOptions& options) {
    return Gathering(sources, options).run();
}

} // namespace ghostmem
