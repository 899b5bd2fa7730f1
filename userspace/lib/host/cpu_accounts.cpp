#include "lib/host/cpu_accounts.h"

#include <fmt/format.h>
#include <unistd.h>

#include "lib/host/mounts.h"
#include "lib/host/proc_directory.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/host/proc_tasks.h"

namespace ghostmem {

namespace {

// user nice system idle iowait irq softirq steal guest guest_nice; the last two are in the first
// two.
constexpr size_t busy_words = 3;
constexpr size_t counted_words = 8;

} // namespace

std::optional<MachineCpu> MachineCpu::parse(std::string_view text) {
    MachineCpu machine;
    bool found = false;
    for_each_line(text, [&](std::string_view line) {
        const auto words = words_of(line);
        if (words.size() == 2 && words[0] == "processes")
            machine.forks = number_of<uint64_t>(words[1]).value_or(0);
        if (words.size() < counted_words || !words[0].starts_with("cpu"))
            return;
        const bool all = words[0] == "cpu";
        for (size_t i = 0; i < counted_words && i + 1 < words.size(); ++i) {
            const uint64_t value = number_of<uint64_t>(words[i + 1]).value_or(0);
            if (!all)
                machine.by_cpu_ticks += value;
            else
                (i < busy_words ? machine.busy_ticks : machine.other_ticks) += value;
        }
        machine.cpus += all ? 0 : 1;
        found = found || all;
    });
    return found ? std::optional(machine) : std::nullopt;
}

std::optional<MachineCpu> MachineCpu::read(const std::filesystem::path& root) {
    return parse(read_text(root / "proc/stat").value_or(""));
}

std::optional<CpuBracket> read_cpu_bracket(const std::filesystem::path& root, uint32_t pid,
                                           uint32_t tid, uint64_t start_ticks) {
    ProcDirectory directory(root / fmt::format("proc/{}/task/{}", pid, tid));
    if (!directory.good())
        return std::nullopt;
    const auto before = parse_run_ns(directory.read("schedstat"));
    const auto task = parse_task_stat(directory.read("stat"));
    const auto after = parse_run_ns(directory.read("schedstat"));
    if (!before || !task || !after || task->start_ticks != start_ticks)
        return std::nullopt;
    return CpuBracket{*before, task->cpu_ticks, *after};
}

std::string mounted_over_stat(const std::filesystem::path& root) {
    for (const Mount& mount : read_mounts(root / "proc/self")) {
        if (mount.point == "/proc/stat")
            return mount.type + " (" + mount.source + ")";
    }
    return {};
}

std::string kernel_release(const std::filesystem::path& root) {
    std::string text = read_text(root / "proc/sys/kernel/osrelease").value_or("");
    return text.substr(0, text.find('\n'));
}

uint64_t ticks_per_second() {
    const long ticks = sysconf(_SC_CLK_TCK);
    return ticks > 0 ? static_cast<uint64_t>(ticks) : 100;
}

} // namespace ghostmem
