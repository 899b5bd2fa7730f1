#include "lib/host/task_details.h"

#include <charconv>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>

#include "lib/base/words.h"
#include "lib/host/container.h"
#include "lib/host/mounts.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"
#include "lib/host/timed_read.h"

namespace ghostmem {

namespace fs = std::filesystem;

namespace {

fs::path directory_of(const fs::path& root, uint32_t pid, uint32_t tid) {
    return root / fmt::format("proc/{}/task/{}", pid, tid);
}

std::optional<uint64_t> number_in_base(std::string_view text, int base) {
    if (base == 16 && text.starts_with("0x"))
        text.remove_prefix(2);
    uint64_t value = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || at != text.data() + text.size())
        return std::nullopt;
    return value;
}

void set_signals(std::string_view word, uint64_t& set) {
    set = number_in_base(word, 16).value_or(0);
}

std::optional<std::string> guarded(const fs::path& directory, const char* name,
                                   std::chrono::milliseconds patience, TaskDetails& details) {
    auto text = read_text_within(directory / name, patience);
    if (!text)
        details.unreadable.emplace_back(name);
    return text;
}

std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

} // namespace

void parse_status(std::string_view text, TaskDetails& details) {
    for_each_line(text, [&](std::string_view line) {
        const auto words = words_of(line);
        if (words.size() < 2)
            return;
        const std::string_view name = words[0];
        if (name == "voluntary_ctxt_switches:" || name == "nonvoluntary_ctxt_switches:")
            details.switches =
                details.switches.value_or(0) + number_of<uint64_t>(words[1]).value_or(0);
        else if (name == "TracerPid:")
            details.tracer = number_of<uint32_t>(words[1]).value_or(0);
        else if (name == "SigBlk:")
            set_signals(words[1], details.signals_blocked);
        else if (name == "SigIgn:")
            set_signals(words[1], details.signals_ignored);
        else if (name == "SigCgt:")
            set_signals(words[1], details.signals_caught);
        else if (name == "NSpid:") {
            for (size_t i = 1; i < words.size(); ++i)
                details.namespace_pids.push_back(number_of<uint32_t>(words[i]).value_or(0));
        }
    });
}

void parse_system_call(std::string_view text, TaskDetails& details) {
    // "running", "-1 SP PC", or "NUMBER ARG1 ... ARG6 SP PC"
    const auto words = words_of(text.substr(0, text.find('\n')));
    if (words.empty())
        return;
    if (words[0] == "running") {
        details.whereabouts = Whereabouts::running;
        return;
    }
    if (words[0] == "-1") {
        details.whereabouts = Whereabouts::outside;
        return;
    }
    SystemCall call;
    const auto number = number_of<uint32_t>(words[0]);
    if (!number || words.size() <= call.arguments.size())
        return;
    call.number = *number;
    for (size_t i = 0; i < call.arguments.size(); ++i)
        call.arguments.at(i) = number_in_base(words[i + 1], 16).value_or(0);
    // The next word is the stack pointer, which a 64-bit program has far above 4 GiB.
    const size_t stack = call.arguments.size() + 1;
    call.compat = sizeof(long) == 8 && words.size() > stack &&
                  number_in_base(words[stack], 16).value_or(UINT64_MAX) < (uint64_t{1} << 32);
    details.call = call;
    details.whereabouts = Whereabouts::system_call;
}

std::vector<std::string> parse_stack(std::string_view text) {
    std::vector<std::string> functions;
    for_each_line(text, [&](std::string_view line) {
        // "[<0>] io_schedule+0x46/0x80"; the address is 0 or, on old kernels, a number.
        const auto words = words_of(line);
        if (words.size() < 2)
            return;
        const std::string_view function = words[1].substr(0, words[1].find('+'));
        if (!function.starts_with("0x"))
            functions.push_back(printable(std::string(function)));
    });
    return functions;
}

std::optional<uint64_t> read_switches(const fs::path& root, uint32_t pid, uint32_t tid) {
    TaskDetails details;
    parse_status(read_text(directory_of(root, pid, tid) / "status").value_or(""), details);
    return details.switches;
}

std::optional<uint64_t> read_last_ran(const fs::path& root, uint32_t pid, uint32_t tid) {
    std::optional<uint64_t> found;
    const auto text = read_text(directory_of(root, pid, tid) / "sched");
    for_each_line(text ? std::string_view(*text) : std::string_view(), [&](std::string_view line) {
        // "se.exec_start                                :      16243215.443432"
        const auto words = words_of(line);
        if (words.size() != 3 || words[0] != "se.exec_start")
            return;
        const auto value = number_of<uint64_t>(words[2].substr(0, words[2].find('.')));
        // It is 0 while a task has not run since it was moved to another CPU.
        if (value && *value != 0)
            found = value;
    });
    return found;
}

TaskDetails read_task_details(const fs::path& root, uint32_t pid, uint32_t tid,
                              std::chrono::milliseconds patience) {
    const fs::path directory = directory_of(root, pid, tid);
    TaskDetails details;
    parse_status(read_text(directory / "status").value_or(""), details);
    const auto wait = read_text(directory / "wchan");
    if (wait && *wait != "0")
        details.wait_function = printable(first_line(*wait));
    if (const auto text = guarded(directory, "stack", patience, details))
        details.stack = parse_stack(*text);
    if (const auto text = guarded(directory, "syscall", patience, details))
        parse_system_call(*text, details);
    details.cgroup = printable(cgroup_path(read_text(directory / "cgroup").value_or("")));
    details.last_ran_ms = read_last_ran(root, pid, tid);
    return details;
}

std::optional<FileTarget> read_file_target(const fs::path& root, uint32_t pid, uint32_t fd) {
    const fs::path process = root / fmt::format("proc/{}", pid);
    std::error_code error;
    // The link is read, but the file itself is not asked for anything: that might block as well.
    const std::string link = fs::read_symlink(process / fmt::format("fd/{}", fd), error).native();
    if (error)
        return std::nullopt;
    FileTarget target;
    target.fd = fd;
    target.path = printable(link);
    const auto info = read_text(process / fmt::format("fdinfo/{}", fd));
    for_each_line(info ? std::string_view(*info) : std::string_view(), [&](std::string_view line) {
        const auto words = words_of(line);
        if (words.size() != 2)
            return;
        if (words[0] == "flags:")
            target.direct = (number_in_base(words[1], 8).value_or(0) & O_DIRECT) != 0;
        if (words[0] != "mnt_id:")
            return;
        const auto mounts = read_mounts(process);
        if (const Mount* mount = find_mount(mounts, number_of<uint64_t>(words[1]).value_or(0))) {
            target.device = mount->device;
            target.type = mount->type;
            target.source = mount->source;
        }
    });
    return target;
}

} // namespace ghostmem
