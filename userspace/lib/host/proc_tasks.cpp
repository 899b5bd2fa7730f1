#include "lib/host/proc_tasks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lib/base/error.h"
#include "lib/host/proc_directory.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

// What is kept of so many tasks takes 100 MiB; the kernel's own limit is four times that.
constexpr size_t most_tasks = size_t{1} << 20;

// Positions of the words that follow the comm; proc(5) counts from 3 there.
enum Field : uint8_t {
    field_state = 0,
    field_ppid = 1,
    field_flags = 6,
    field_utime = 11,
    field_stime = 12,
    field_threads = 17,
    field_start = 19,
    field_cpu = 36,
    fields = 37
};

class Listing {
  public:
    explicit Listing(const std::filesystem::path& proc) : proc_(proc) {}

    TaskList run() {
        const bool read = proc_.good() && proc_.each_number(".", [&](uint32_t pid) { visit(pid); });
        if (!read)
            throw Error(ErrorKind::io, "cannot list /proc; mount it: mount -t proc proc /proc");
        std::ranges::sort(list_.tasks, {}, &Task::tid);
        return std::move(list_);
    }

  private:
    void visit(uint32_t pid) {
        const uint32_t threads = add(pid, pid);
        if (threads == 1)
            return;
        const std::string tasks = fmt::format("{}/task", pid);
        proc_.each_number(tasks.c_str(), [&](uint32_t tid) {
            if (tid != pid)
                add(pid, tid);
        });
    }

    // Returns the number of threads of its process; 0: it has ended.
    uint32_t add(uint32_t pid, uint32_t tid) {
        if (list_.tasks.size() >= most_tasks) {
            ++list_.left_out;
            return 1;
        }
        name(pid, tid, "schedstat");
        const auto run_ns = parse_run_ns(proc_.read(name_.data()));
        name(pid, tid, "stat");
        auto task = parse_task_stat(proc_.read(name_.data()));
        if (!task) {
            ++list_.vanished;
            return 0;
        }
        task->pid = pid;
        task->run_ns = run_ns;
        const uint32_t threads = task->threads;
        list_.tasks.push_back(std::move(*task));
        return threads;
    }

    void name(uint32_t pid, uint32_t tid, const char* file) {
        *fmt::format_to_n(name_.begin(), name_.size() - 1, "{}/task/{}/{}", pid, tid, file).out =
            '\0';
    }

    ProcDirectory proc_;
    std::array<char, 64> name_{};
    TaskList list_;
};

} // namespace

TaskList ProcTasks::tasks() {
    return Listing(root_ / "proc").run();
}

std::optional<Task> parse_task_stat(std::string_view text) {
    const size_t open = text.find('(');
    const size_t close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
        open == 0)
        return std::nullopt;
    std::array<std::string_view, fields> words{};
    std::string_view rest = text.substr(close + 1);
    for (std::string_view& word : words) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        word = rest.substr(0, rest.find_first_of(" \n"));
        rest.remove_prefix(word.size());
    }
    const auto tid = number_of<uint32_t>(text.substr(0, open - 1));
    const auto ppid = number_of<uint32_t>(words[field_ppid]);
    const auto flags = number_of<uint32_t>(words[field_flags]);
    const auto utime = number_of<uint64_t>(words[field_utime]);
    const auto stime = number_of<uint64_t>(words[field_stime]);
    const auto threads = number_of<uint32_t>(words[field_threads]);
    const auto start = number_of<uint64_t>(words[field_start]);
    const auto cpu = number_of<uint32_t>(words[field_cpu]);
    if (!tid || words[field_state].size() != 1 || !ppid || !flags || !utime || !stime || !threads ||
        !start || !cpu)
        return std::nullopt;
    Task task;
    task.tid = *tid;
    task.ppid = *ppid;
    task.state = words[field_state].front();
    task.flags = *flags;
    task.threads = *threads;
    task.cpu = *cpu;
    task.start_ticks = *start;
    task.cpu_ticks = *utime + *stime;
    task.comm = std::string(text.substr(open + 1, close - open - 1));
    return task;
}

std::optional<uint64_t> parse_run_ns(std::string_view text) {
    return number_of<uint64_t>(text.substr(0, text.find_first_of(" \n")));
}

} // namespace ghostmem
