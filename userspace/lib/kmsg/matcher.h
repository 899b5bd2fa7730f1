// Finds what happened in the messages of the kernel's log.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/kmsg/record.h"
#include "lib/kmsg/rule.h"

namespace ghostmem {

struct KmsgEvent {
    const KmsgRule* rule = nullptr;
    KmsgRecord record;
    KmsgFields fields;

    /// What it is about: the first that it has of device, pid, name, port, path, module, function
    /// and cpu.
    [[nodiscard]] std::string subject() const;
};

/// Takes the messages one after the other. A message is an event of the first rule that it
/// matches. For a rule with a trace, function, module, pid and comm are looked for in the messages
/// that follow.
class KmsgMatcher {
  public:
    /// The rules must outlive the matcher.
    explicit KmsgMatcher(std::span<const KmsgRule> rules) : rules_(rules) {}

    /// Returns the event that is complete now: of this message, or of an earlier one with a trace.
    std::vector<KmsgEvent> take(const KmsgRecord& record);
    /// The event whose trace may go on.
    std::optional<KmsgEvent> finish();

  private:
    [[nodiscard]] std::optional<KmsgEvent> match(const KmsgRecord& record) const;
    void look_at_trace(const KmsgRecord& record);

    std::span<const KmsgRule> rules_;
    std::optional<KmsgEvent> traced_;
    size_t trace_records_ = 0;
    bool trace_ended_ = false;
};

} // namespace ghostmem
