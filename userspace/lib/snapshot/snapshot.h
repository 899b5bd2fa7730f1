// A state of a host that was gathered once and can be kept: what `leakctl snapshot` writes, what
// `leakctl diff` compares, and what `leakctl check` and `leakctl patrol` judge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/findings/finding.h"
#include "lib/kmsg/rule.h"
#include "lib/model/confidence.h"

namespace ghostmem {

/// Everything in it is a plain value with text of its own, because it may come from a file that
/// another leakctl has written. nullopt: not known, which differs from 0. docs/json.md describes
/// the members; output/json/snapshot.cpp lists the names that they have there.

struct SnapshotHost {
    std::string name;
    std::string kernel;   ///< the release
    std::string boot_id;  ///< another one after each boot; empty: not known
    uint64_t taken_s = 0; ///< since 1970
    double uptime_s = 0;
    uint32_t page_size = 0; ///< bytes
};

struct SnapshotModule {
    bool loaded = false;                ///< and it has answered
    std::optional<std::string> problem; ///< why it did not answer; nullopt: it did
    std::optional<std::string> mode;
    std::optional<std::string> version;
    std::optional<uint64_t> armed_s;    ///< for how long it had been recording
    std::optional<uint32_t> generation; ///< another one when records were discarded
    std::optional<uint64_t> lost_events;
};

struct SnapshotPart {
    std::string name;
    std::string group; ///< free, applications, kernel
    uint64_t bytes = 0;
};

struct SnapshotMemory {
    uint64_t total = 0;
    uint64_t free = 0;
    uint64_t applications = 0;
    uint64_t kernel = 0;
    uint64_t ghost = 0;
    uint64_t ghost_error = 0;
    int64_t residual = 0;
    bool counted = false; ///< ghosts were counted frame by frame
    std::optional<uint64_t> available;
    std::optional<uint64_t> sites;        ///< of ghosts, what sites of the tracker explain
    std::optional<uint64_t> sockets;      ///< what sockets pin
    std::optional<uint64_t> unattributed; ///< what nothing explains; nullopt: the module is missing
    std::vector<SnapshotPart> parts;
};

struct SnapshotHolder {
    std::string name;
    std::string part; ///< ghost, kernel, applications, outside
    uint64_t bytes = 0;
};

struct SnapshotSite {
    std::string id;
    bool id_stable = true; ///< whether the id is the same after a reboot
    std::string cls;
    std::string function;
    std::string symbol;
    std::optional<std::string> module; ///< nullopt: the kernel's image
    std::string module_state;
    uint32_t order = 0;
    uint64_t live_bytes = 0;
    std::optional<uint64_t> margin; ///< of live_bytes, either way; nullopt: it is exact
    uint64_t allocations = 0;
    uint64_t frees = 0;
    std::optional<uint64_t> oldest_s;
    std::vector<std::string> stack;
};

/// The sockets of the processes of one name, with one protocol.
struct SnapshotSocketGroup {
    std::string owner; ///< a comm, "(kernel)", or "(nobody)"
    std::string protocol;
    uint64_t sockets = 0;
    uint64_t bytes = 0;             ///< of queued data
    std::optional<uint64_t> pinned; ///< what several groups share is in each of them
};

struct SnapshotSockets {
    std::string source; ///< module, sock_diag
    uint64_t sockets = 0;
    uint64_t namespaces = 0;
    std::optional<uint64_t> bytes;
    std::optional<uint64_t> pinned; ///< each page once
    std::vector<SnapshotSocketGroup> groups;
};

struct SnapshotTasks {
    uint64_t processes = 0;
    uint64_t threads = 0;
    uint64_t kernel_threads = 0;
    uint64_t zombies = 0;
    uint64_t uninterruptible = 0;
    std::optional<uint64_t> dying_cgroups;
};

/// The processes of one name.
struct SnapshotProcess {
    std::string comm;
    uint64_t processes = 0;
    uint64_t threads = 0;
    uint64_t anonymous_bytes = 0; ///< resident, without what it may share with files and others
    std::optional<uint64_t> descriptors; ///< nullopt: none of them may be read
};

/// A finding about a process, or about all of them.
struct SnapshotProcFinding {
    std::string finding; ///< ProcRule::name
    Confidence confidence = Confidence::certain;
    std::optional<uint32_t> pid;
    std::optional<std::string> comm;
    std::optional<uint64_t> count;
    std::optional<uint64_t> bytes;
    std::optional<double> seconds;
    std::string sentence; ///< without a full stop
    std::optional<std::string> remedy;
};

struct SnapshotSlab {
    std::string name;
    uint64_t objects = 0; ///< in use
    uint64_t bytes = 0;   ///< of all its pages
};

struct SnapshotHandles {
    uint64_t files = 0;
    uint64_t files_limit = 0;
    std::optional<uint64_t> inodes;
    std::optional<uint64_t> inodes_free;
};

/// A condition that the kernel's log reports and that is not over.
struct SnapshotCondition {
    std::string rule;
    KmsgSeverity severity = KmsgSeverity::warning;
    std::string subject;
    std::string text;   ///< the last message about it
    double first_s = 0; ///< since boot
    double last_s = 0;
    uint64_t events = 0;
};

/// What the kernel's log has reported of one kind, over or not.
struct SnapshotEvents {
    std::string rule;
    KmsgSeverity severity = KmsgSeverity::warning;
    uint64_t events = 0;
    std::string text; ///< the last message
    double last_s = 0;
};

struct SnapshotLog {
    uint64_t next = 0;   ///< the sequence number of the first record that was not read
    uint64_t missed = 0; ///< records that were overwritten before they were read
    std::vector<SnapshotCondition> conditions;
    std::vector<SnapshotEvents> events;
};

/// A finding of the verdict on memory.
struct SnapshotFinding {
    std::string rule; ///< Rule::name
    VerdictLevel level = VerdictLevel::warn;
    Confidence confidence = Confidence::certain;
    std::optional<uint64_t> bytes;
    std::vector<std::string> sites; ///< ids
    std::string sentence;
};

/// What is not in it, and why.
struct SnapshotGap {
    std::string section;
    std::string why; ///< without a full stop
};

struct Snapshot {
    SnapshotHost host;
    SnapshotModule module;
    SnapshotMemory memory;
    std::vector<SnapshotFinding> verdict;           ///< empty: all is well
    std::vector<SnapshotHolder> holders;            ///< those that hold something
    std::optional<std::vector<SnapshotSite>> sites; ///< of all classes
    std::optional<SnapshotSockets> sockets;
    SnapshotTasks tasks;
    std::vector<SnapshotProcFinding> procs;
    std::vector<SnapshotProcess> processes; ///< that use most first
    std::optional<std::vector<SnapshotSlab>> slab;
    std::optional<SnapshotHandles> handles;
    std::optional<SnapshotLog> log;
    std::vector<SnapshotGap> missing;
};

} // namespace ghostmem
