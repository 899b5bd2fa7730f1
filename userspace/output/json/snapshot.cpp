#include "output/json/snapshot.h"

#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "lib/base/error.h"
#include "output/json/fields.h"

namespace ghostmem::output::json {

template <> struct Words<VerdictLevel> {
    static constexpr std::array all{VerdictLevel::ok, VerdictLevel::warn, VerdictLevel::leak};
};
template <> struct Words<Confidence> {
    static constexpr std::array all{Confidence::possible, Confidence::likely, Confidence::certain};
};
template <> struct Words<KmsgSeverity> {
    static constexpr std::array all{KmsgSeverity::info, KmsgSeverity::warning, KmsgSeverity::error,
                                    KmsgSeverity::critical};
};
template <> struct Fields<SnapshotHost> {
    static constexpr std::tuple all{Field{"name", &SnapshotHost::name},
                                    Field{"kernel", &SnapshotHost::kernel},
                                    Field{"boot_id", &SnapshotHost::boot_id},
                                    Field{"taken_s", &SnapshotHost::taken_s},
                                    Field{"uptime_s", &SnapshotHost::uptime_s},
                                    Field{"page_size_bytes", &SnapshotHost::page_size}};
};
template <> struct Fields<SnapshotModule> {
    static constexpr std::tuple all{Field{"loaded", &SnapshotModule::loaded},
                                    Field{"problem", &SnapshotModule::problem},
                                    Field{"mode", &SnapshotModule::mode},
                                    Field{"version", &SnapshotModule::version},
                                    Field{"armed_s", &SnapshotModule::armed_s},
                                    Field{"generation", &SnapshotModule::generation},
                                    Field{"lost_events", &SnapshotModule::lost_events}};
};
template <> struct Fields<SnapshotPart> {
    static constexpr std::tuple all{Field{"name", &SnapshotPart::name},
                                    Field{"group", &SnapshotPart::group},
                                    Field{"bytes", &SnapshotPart::bytes}};
};
template <> struct Fields<SnapshotMemory> {
    static constexpr std::tuple all{Field{"total_bytes", &SnapshotMemory::total},
                                    Field{"free_bytes", &SnapshotMemory::free},
                                    Field{"applications_bytes", &SnapshotMemory::applications},
                                    Field{"kernel_bytes", &SnapshotMemory::kernel},
                                    Field{"ghost_bytes", &SnapshotMemory::ghost},
                                    Field{"ghost_error_bytes", &SnapshotMemory::ghost_error},
                                    Field{"residual_bytes", &SnapshotMemory::residual},
                                    Field{"counted", &SnapshotMemory::counted},
                                    Field{"available_bytes", &SnapshotMemory::available},
                                    Field{"sites_bytes", &SnapshotMemory::sites},
                                    Field{"sockets_bytes", &SnapshotMemory::sockets},
                                    Field{"unattributed_bytes", &SnapshotMemory::unattributed},
                                    Field{"parts", &SnapshotMemory::parts}};
};
template <> struct Fields<SnapshotHolder> {
    static constexpr std::tuple all{Field{"name", &SnapshotHolder::name},
                                    Field{"part", &SnapshotHolder::part},
                                    Field{"bytes", &SnapshotHolder::bytes}};
};
template <> struct Fields<SnapshotSite> {
    static constexpr std::tuple all{Field{"id", &SnapshotSite::id},
                                    Field{"id_stable", &SnapshotSite::id_stable},
                                    Field{"class", &SnapshotSite::cls},
                                    Field{"function", &SnapshotSite::function},
                                    Field{"symbol", &SnapshotSite::symbol},
                                    Field{"module", &SnapshotSite::module},
                                    Field{"module_state", &SnapshotSite::module_state},
                                    Field{"order", &SnapshotSite::order},
                                    Field{"live_bytes", &SnapshotSite::live_bytes},
                                    Field{"margin_bytes", &SnapshotSite::margin},
                                    Field{"allocations", &SnapshotSite::allocations},
                                    Field{"frees", &SnapshotSite::frees},
                                    Field{"oldest_s", &SnapshotSite::oldest_s},
                                    Field{"stack", &SnapshotSite::stack}};
};
template <> struct Fields<SnapshotSocketGroup> {
    static constexpr std::tuple all{Field{"owner", &SnapshotSocketGroup::owner},
                                    Field{"protocol", &SnapshotSocketGroup::protocol},
                                    Field{"sockets", &SnapshotSocketGroup::sockets},
                                    Field{"bytes", &SnapshotSocketGroup::bytes},
                                    Field{"pinned_bytes", &SnapshotSocketGroup::pinned}};
};
template <> struct Fields<SnapshotSockets> {
    static constexpr std::tuple all{Field{"source", &SnapshotSockets::source},
                                    Field{"sockets", &SnapshotSockets::sockets},
                                    Field{"namespaces", &SnapshotSockets::namespaces},
                                    Field{"bytes", &SnapshotSockets::bytes},
                                    Field{"pinned_bytes", &SnapshotSockets::pinned},
                                    Field{"groups", &SnapshotSockets::groups}};
};
template <> struct Fields<SnapshotTasks> {
    static constexpr std::tuple all{Field{"processes", &SnapshotTasks::processes},
                                    Field{"threads", &SnapshotTasks::threads},
                                    Field{"kernel_threads", &SnapshotTasks::kernel_threads},
                                    Field{"zombies", &SnapshotTasks::zombies},
                                    Field{"uninterruptible", &SnapshotTasks::uninterruptible},
                                    Field{"dying_cgroups", &SnapshotTasks::dying_cgroups}};
};
template <> struct Fields<SnapshotProcess> {
    static constexpr std::tuple all{Field{"comm", &SnapshotProcess::comm},
                                    Field{"processes", &SnapshotProcess::processes},
                                    Field{"threads", &SnapshotProcess::threads},
                                    Field{"anonymous_bytes", &SnapshotProcess::anonymous_bytes},
                                    Field{"descriptors", &SnapshotProcess::descriptors}};
};
template <> struct Fields<SnapshotProcFinding> {
    static constexpr std::tuple all{Field{"finding", &SnapshotProcFinding::finding},
                                    Field{"confidence", &SnapshotProcFinding::confidence},
                                    Field{"pid", &SnapshotProcFinding::pid},
                                    Field{"comm", &SnapshotProcFinding::comm},
                                    Field{"count", &SnapshotProcFinding::count},
                                    Field{"bytes", &SnapshotProcFinding::bytes},
                                    Field{"duration_s", &SnapshotProcFinding::seconds},
                                    Field{"sentence", &SnapshotProcFinding::sentence},
                                    Field{"remedy", &SnapshotProcFinding::remedy}};
};
template <> struct Fields<SnapshotSlab> {
    static constexpr std::tuple all{Field{"name", &SnapshotSlab::name},
                                    Field{"objects", &SnapshotSlab::objects},
                                    Field{"bytes", &SnapshotSlab::bytes}};
};
template <> struct Fields<SnapshotHandles> {
    static constexpr std::tuple all{Field{"files", &SnapshotHandles::files},
                                    Field{"files_limit", &SnapshotHandles::files_limit},
                                    Field{"inodes", &SnapshotHandles::inodes},
                                    Field{"inodes_free", &SnapshotHandles::inodes_free}};
};
template <> struct Fields<SnapshotCondition> {
    static constexpr std::tuple all{Field{"rule", &SnapshotCondition::rule},
                                    Field{"severity", &SnapshotCondition::severity},
                                    Field{"subject", &SnapshotCondition::subject},
                                    Field{"text", &SnapshotCondition::text},
                                    Field{"first_s", &SnapshotCondition::first_s},
                                    Field{"last_s", &SnapshotCondition::last_s},
                                    Field{"events", &SnapshotCondition::events}};
};
template <> struct Fields<SnapshotEvents> {
    static constexpr std::tuple all{
        Field{"rule", &SnapshotEvents::rule}, Field{"severity", &SnapshotEvents::severity},
        Field{"events", &SnapshotEvents::events}, Field{"text", &SnapshotEvents::text},
        Field{"last_s", &SnapshotEvents::last_s}};
};
template <> struct Fields<SnapshotLog> {
    static constexpr std::tuple all{
        Field{"next", &SnapshotLog::next}, Field{"missed", &SnapshotLog::missed},
        Field{"conditions", &SnapshotLog::conditions}, Field{"events", &SnapshotLog::events}};
};
template <> struct Fields<SnapshotFinding> {
    static constexpr std::tuple all{Field{"rule", &SnapshotFinding::rule},
                                    Field{"level", &SnapshotFinding::level},
                                    Field{"confidence", &SnapshotFinding::confidence},
                                    Field{"bytes", &SnapshotFinding::bytes},
                                    Field{"sites", &SnapshotFinding::sites},
                                    Field{"sentence", &SnapshotFinding::sentence}};
};
template <> struct Fields<SnapshotGap> {
    static constexpr std::tuple all{Field{"section", &SnapshotGap::section},
                                    Field{"why", &SnapshotGap::why}};
};
template <> struct Fields<Snapshot> {
    static constexpr std::tuple all{
        Field{"host", &Snapshot::host},       Field{"module", &Snapshot::module},
        Field{"memory", &Snapshot::memory},   Field{"verdict", &Snapshot::verdict},
        Field{"holders", &Snapshot::holders}, Field{"sites", &Snapshot::sites},
        Field{"sockets", &Snapshot::sockets}, Field{"tasks", &Snapshot::tasks},
        Field{"procs", &Snapshot::procs},     Field{"processes", &Snapshot::processes},
        Field{"slab", &Snapshot::slab},       Field{"handles", &Snapshot::handles},
        Field{"log", &Snapshot::log},         Field{"missing", &Snapshot::missing}};
};

namespace {

/// More than any host's; reading must not take all memory of a host that is short of it.
constexpr uint64_t largest_file = uint64_t{512} << 20;

[[noreturn]] void refuse(const std::string& problem) {
    throw Error(ErrorKind::io, problem);
}

Json parse_text(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        refuse("it is empty; take a snapshot: leakctl snapshot -o FILE");
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        if (error.byte > text.size())
            refuse(fmt::format("it is cut off after {} bytes; copy it again", text.size()));
        refuse(fmt::format("it is no snapshot: byte {} is not JSON", error.byte));
    }
}

// Tells what has nothing to do with us from what another leakctl has written.
void check_format(const Json& json) {
    const auto member = [&](const char* name) {
        return json.is_object() && json.contains(name) ? json[name] : Json(nullptr);
    };
    if (member("document") != Json(snapshot_document_name))
        refuse("it is JSON, but no snapshot of leakctl; take one: leakctl snapshot -o FILE");
    const Json format = member("format");
    if (!format.is_number_unsigned() || format == 0)
        refuse("its format is not known: the key format is missing or no number");
    if (format.get<uint64_t>() > snapshot_format)
        refuse(fmt::format("a newer leakctl has written it (format {}; this one reads {}); read "
                           "it with that one",
                           format.get<uint64_t>(), snapshot_format));
}

} // namespace

void snapshot(std::ostream& out, const Snapshot& snapshot) {
    Json json = document();
    json["document"] = snapshot_document_name;
    json["format"] = snapshot_format;
    json.update(to_json(snapshot));
    out << to_text(json);
}

Snapshot parse_snapshot(std::string_view text) {
    const Json json = parse_text(text);
    check_format(json);
    Snapshot snapshot;
    try {
        from_json(json, snapshot, "");
    } catch (const Error& error) {
        refuse(std::string("it is damaged: ") + error.what());
    }
    return snapshot;
}

Snapshot read_snapshot(const std::filesystem::path& file) {
    std::error_code error;
    const bool whole = std::filesystem::is_regular_file(file, error);
    if (whole && std::filesystem::file_size(file, error) > largest_file)
        refuse(file.string() + ": it is too large for a snapshot");
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (std::filesystem::is_directory(file, error) || !stream || !(text << stream.rdbuf()))
        refuse("cannot read " + file.string() + ": is it there?");
    try {
        return parse_snapshot(text.str());
    } catch (const Error& problem) {
        refuse(file.string() + ": " + problem.what());
    }
}

} // namespace ghostmem::output::json
