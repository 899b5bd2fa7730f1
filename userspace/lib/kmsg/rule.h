// A rule about messages of the kernel, and files of rules.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kmsg/pattern.h"

namespace ghostmem {

enum class KmsgSeverity { info, warning, error, critical };

std::string_view name_of(KmsgSeverity severity);

/// When the condition that a message reports is over.
enum class KmsgEnd {
    moment, ///< it is an event, and over at once
    quiet,  ///< once it has not been reported for a while
    text,   ///< once another message says so, about the same device, pid or name
    task,   ///< once the task of the message has ended, or has woken
    never,  ///< not before the next boot
};

std::string_view name_of(KmsgEnd end);

struct KmsgRule {
    std::string name;
    KmsgSeverity severity = KmsgSeverity::warning;
    std::vector<KmsgPattern> patterns;
    KmsgEnd end = KmsgEnd::moment;
    uint64_t quiet_s = 0;               ///< of KmsgEnd::quiet
    std::vector<KmsgPattern> end_texts; ///< of KmsgEnd::text
    /// Whether registers and a stack follow, which name the function, the task and the module.
    bool trace = false;
    std::string meaning; ///< for people, without a full stop
};

/// Parses a file of rules; docs/kmsg-rules.md describes it. Throws Error(io) with the number of the
/// line that is wrong.
std::vector<KmsgRule> parse_kmsg_rules(std::string_view text);

/// The rules that leakctl has of itself.
const std::vector<KmsgRule>& builtin_kmsg_rules();

/// These, with those of ROOT/etc/ghostmem/kmsg.d/*.rules, by the names of the files: a rule of a
/// file replaces one of the same name, and is looked at before the others. Throws Error(io).
std::vector<KmsgRule> load_kmsg_rules(const std::filesystem::path& root);

} // namespace ghostmem
