// The clocks on which the scheduler notes when a task last ran.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>

namespace ghostmem {

/// Each CPU has such a clock of its own. It stands still while the CPU serves interrupts or is
/// taken away by a hypervisor, so that it may be hours behind the time since boot; it can be read
/// only from a task that runs on that CPU.
class RunClock {
  public:
    virtual ~RunClock() = default;
    /// In milliseconds; nullopt: it cannot be read, for example because the caller may not run on
    /// that CPU.
    virtual std::optional<uint64_t> now_ms(uint32_t cpu) = 0;
};

/// Moves the calling thread to the CPU for a moment, and reads when it last ran.
class SystemRunClock : public RunClock {
  public:
    explicit SystemRunClock(std::filesystem::path root) : root_(std::move(root)) {}
    std::optional<uint64_t> now_ms(uint32_t cpu) override;

  private:
    std::filesystem::path root_;
};

} // namespace ghostmem
