#include "output/prometheus.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "lib/attribution/site_id.h"
#include "lib/attribution/site_notes.h"

namespace ghostmem::output {

namespace {

// Sockets are short-lived, but the monitoring system keeps the series of each of them.
constexpr size_t most_socket_series = 10;
constexpr uint64_t socket_worth_a_series = 1024 * 1024;

std::string label_value(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\' || c == '"')
            escaped += '\\';
        if (c == '\n')
            escaped += "\\n";
        else
            escaped += c;
    }
    return escaped;
}

std::string label(std::string_view name, std::string_view value) {
    return std::string(name) + "=\"" + label_value(value) + "\"";
}

// Sites with equal labels must be merged into one series, or the collector rejects the whole file.
// They occur when a module was loaded twice and leaked at the same call site each time.
struct Series {
    std::string key;  ///< labels of every site family
    std::string more; ///< additional labels of ghostmem_site_live_bytes
    uint64_t live_bytes = 0;
    std::optional<Uncertainty> error;
    std::optional<double> growth;
};

std::vector<Series> series_of(const SiteSelection& selection) {
    std::vector<Series> all;
    std::unordered_map<std::string, size_t> seen;
    for (const SiteView& view : selection.sites) {
        const std::string key = label("site", format_site_id(view.id)) + ',' +
                                label("module_state", name_of(view.module_state));
        const auto [at, fresh] = seen.emplace(key, all.size());
        if (fresh)
            all.push_back({key,
                           label("function", view.symbol) + ',' + label("module", view.module) +
                               ',' + label("class", name_of(view.cls)),
                           0,
                           {},
                           {}});
        Series& series = all[at->second];
        series.live_bytes += view.live_bytes;
        if (view.site.live_error)
            series.error = series.error.value_or(Uncertainty{}) + *view.site.live_error;
        if (!view.growth.empty())
            series.growth = series.growth.value_or(0) + view.growth.back().bytes_per_s;
    }
    return all;
}

} // namespace

void PrometheusOutput::family(const char* name, const char* type, const char* help) {
    out_ << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
}

void PrometheusOutput::ledger(const Ledger& ledger) {
    const char* name = "ghostmem_ledger_bytes";
    family(name, "gauge",
           "Where memory is, by /proc/meminfo and a census of frames; ghost is what no line has.");
    const auto part = [&](const char* which, uint64_t bytes) {
        out_ << name << '{' << label("part", which) << "} " << bytes << '\n';
    };
    part("total", ledger.total);
    part("free", ledger.free);
    part("applications", ledger.applications);
    part("kernel", ledger.kernel);
    part("ghost", ledger.ghost);
}

void PrometheusOutput::tracker(const Status& status) {
    family("ghostmem_recording_seconds", "gauge", "For how long the tracker has recorded.");
    out_ << "ghostmem_recording_seconds " << status.armed_s << '\n';

    family("ghostmem_sample_interval_bytes", "gauge",
           "Mean bytes between the samples that sites are estimated from; 0: they are exact.");
    out_ << "ghostmem_sample_interval_bytes " << Sampling(status).interval_bytes() << '\n';

    family("ghostmem_cost_ratio", "gauge", "Share of all CPUs' time that tracking costs.");
    out_ << "ghostmem_cost_ratio " << static_cast<double>(status.cost_ppm) / 1e6 << '\n';

    family("ghostmem_hook_attached", "gauge",
           "1 for each hook that is attached; none for what this kernel has nothing to hook for.");
    for (const Hook& hook : status.hooks)
        if (hook.state != HookState::absent)
            out_ << "ghostmem_hook_attached{" << label("hook", hook.name) << "} "
                 << (hook.state == HookState::attached ? 1 : 0) << '\n';

    family("ghostmem_lost_events_total", "counter",
           "Events that were not, or not fully, accounted for, since armed or reset.");
    for (const Lost& lost : status.lost)
        out_ << "ghostmem_lost_events_total{" << label("reason", lost.name) << "} " << lost.count
             << '\n';
}

void PrometheusOutput::sockets(const SocketSummary& summary, uint32_t page_size) {
    const Census& census = summary.dump.census;
    family("ghostmem_sockets", "gauge", "Sockets of the host, in all network namespaces.");
    out_ << "ghostmem_sockets " << census.sockets << '\n';

    const char* name = "ghostmem_sockets_bytes";
    family(name, "gauge",
           "What is queued in sockets: data, truesize, pages pinned for it, and slab objects.");
    const Held& held = census.held;
    const auto part = [&](const char* which, const std::optional<uint64_t>& bytes) {
        if (bytes)
            out_ << name << '{' << label("part", which) << "} " << *bytes << '\n';
    };
    part("data", held.bytes);
    part("truesize", held.truesize_bytes);
    part("pinned", held.pinned_bytes(page_size));
    part("slab", held.pinned ? std::optional(held.pinned->slab_bytes) : std::nullopt);

    family("ghostmem_sockets_missed", "gauge",
           "What the census of sockets does not have, or only in part.");
    for (const Lost& missed : census.missed)
        out_ << "ghostmem_sockets_missed{" << label("reason", missed.name) << "} " << missed.count
             << '\n';

    family("ghostmem_socket_pinned_bytes", "gauge",
           "Pages pinned by each of the sockets that pin most, 1 MiB at least.");
    size_t listed = 0;
    for (const Socket& socket : summary.dump.sockets) {
        const uint64_t bytes = socket.held.pinned_bytes(page_size).value_or(0);
        if (bytes < socket_worth_a_series || listed++ == most_socket_series)
            break;
        const SocketOwner owner = socket.owners.empty() ? SocketOwner{} : socket.owners.front();
        out_ << "ghostmem_socket_pinned_bytes{"
             << label("cookie", fmt::format("{:x}", socket.cookie)) << ','
             << label("protocol", kind_label(socket)) << ','
             << label("pid", owner.pid == 0 ? "" : std::to_string(owner.pid)) << ','
             << label("comm", owner.comm) << "} " << bytes << '\n';
    }
}

void PrometheusOutput::sites(const SiteSelection& selection, const Sampling& sampling) {
    const std::vector<Series> all = series_of(selection);
    family("ghostmem_site_live_bytes", "gauge", "Bytes held by one stack and order.");
    uint64_t listed = 0;
    for (const Series& series : all) {
        listed += series.live_bytes;
        out_ << "ghostmem_site_live_bytes{" << series.key << ',' << series.more << "} "
             << series.live_bytes << '\n';
    }
    if (selection.error) {
        family("ghostmem_site_margin_bytes", "gauge",
               "How far the estimate may be off either way, 95 times in 100.");
        for (const Series& series : all)
            out_ << "ghostmem_site_margin_bytes{" << series.key << "} "
                 << sampling.margin(series.error).value_or(0) << '\n';
    }
    if (std::ranges::any_of(all, [](const Series& series) { return series.growth.has_value(); })) {
        family("ghostmem_site_growth_bytes_per_second", "gauge",
               "Growth of the least held in a window of time: what comes and goes has none.");
        for (const Series& series : all)
            out_ << "ghostmem_site_growth_bytes_per_second{" << series.key << "} "
                 << fmt::format("{:.6g}", series.growth.value_or(0)) << '\n';
    }
    family("ghostmem_site_ids_stable", "gauge",
           "0 if /proc or /sys was not mounted, so that the label site differs from other times.");
    out_ << "ghostmem_site_ids_stable " << (ids_are_stable(selection.sites) ? 1 : 0) << '\n';
    family("ghostmem_sites_rest_live_bytes", "gauge",
           "Bytes held by the sites that have no ghostmem_site_live_bytes of their own.");
    out_ << "ghostmem_sites_rest_live_bytes " << selection.matched_bytes - listed << '\n';
}

void PrometheusOutput::metrics(const StatusReport& report, const SiteSelection& selection) {
    const bool recording = report.status && report.status->mode != Mode::off &&
                           !report.status->change && !report.status->disabled_reason;
    family("ghostmem_up", "gauge", "Whether the module is loaded and recording.");
    out_ << "ghostmem_up " << (recording ? 1 : 0) << '\n';
    ledger(report.ledger);
    if (report.status)
        tracker(*report.status);
    if (report.sockets)
        sockets(*report.sockets, report.status->page_size);
    if (report.sites_known)
        sites(selection, Sampling(*report.status));
}

} // namespace ghostmem::output
