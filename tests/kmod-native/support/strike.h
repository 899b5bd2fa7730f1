// Injects an event between two atomic operations.
#pragma once

#include <functional>

extern "C" __thread void (*shim_at_point)(void);

namespace ghostmem::native {

// Runs @event at the @nth point from now on. Points within the event are ignored.
class Strike {
  public:
    Strike(unsigned nth, std::function<void()> event) : left(nth), event(std::move(event)) {
        current = this;
        shim_at_point = at_point;
    }
    ~Strike() {
        shim_at_point = nullptr;
        current = nullptr;
    }
    Strike(const Strike&) = delete;
    Strike& operator=(const Strike&) = delete;

    bool struck() const { return !left; }

  private:
    static void at_point() {
        if (!current->left || --current->left)
            return;
        shim_at_point = nullptr;
        current->event();
        shim_at_point = at_point;
    }

    static inline Strike* current;
    unsigned left;
    std::function<void()> event;
};

} // namespace ghostmem::native
