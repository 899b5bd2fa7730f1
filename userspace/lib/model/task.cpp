#include "lib/model/task.h"

#include <algorithm>

namespace ghostmem {

const Task* TaskList::find(uint32_t tid) const {
    const auto at = std::ranges::lower_bound(tasks, tid, {}, &Task::tid);
    return at == tasks.end() || at->tid != tid ? nullptr : &*at;
}

const Task* TaskList::find(const Task& task) const {
    const Task* found = find(task.tid);
    return found != nullptr && found->same_as(task) ? found : nullptr;
}

} // namespace ghostmem
