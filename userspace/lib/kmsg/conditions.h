// What is the matter now, by the events of the kernel's log: a condition begins with an event and
// ends with its cause.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lib/kmsg/matcher.h"

namespace ghostmem {

struct KmsgCondition {
    const KmsgRule* rule = nullptr;
    std::string subject; ///< KmsgEvent::subject()
    KmsgFields fields;   ///< of its last event
    std::string text;    ///< of its last event
    double first_s = 0;  ///< since boot
    double last_s = 0;
    uint64_t events = 0;
};

class KmsgConditions {
  public:
    /// Whether the task of that number and comm is still stuck; see KmsgEnd::task.
    using TaskStuck = std::function<bool(uint32_t pid, const std::string& comm)>;

    /// An event of KmsgEnd::moment is no condition.
    void add(const KmsgEvent& event);
    /// A message that is no event may end a condition. To be called for every message.
    void look_for_end(const KmsgRecord& record);

    /// Those that are not over at `now_s`, in the order of their severity, then of their beginning.
    std::vector<KmsgCondition> open(double now_s, const TaskStuck& task_stuck) const;

  private:
    std::map<std::pair<std::string, std::string>, KmsgCondition> known_; ///< by rule and subject
};

} // namespace ghostmem
