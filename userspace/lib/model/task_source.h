// Where tasks are listed: /proc, or the kernel's own list of tasks as the module walks it. Two
// sources can be compared, because a task has the same tid and start time in each.
#pragma once

#include "lib/model/task.h"

namespace ghostmem {

class TaskSource {
  public:
    virtual ~TaskSource() = default;

    /// Looks at every task once. Throws Error if the source cannot be read at all; a task that ends
    /// meanwhile is counted, not reported.
    virtual TaskList tasks() = 0;
};

} // namespace ghostmem
