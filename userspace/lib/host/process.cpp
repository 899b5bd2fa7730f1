#include "lib/host/process.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "lib/base/words.h"
#include "lib/host/container.h"

namespace ghostmem {

namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

char state_in(const std::string& status) {
    constexpr std::string_view label = "\nState:";
    size_t at = status.find(label);
    if (at == std::string::npos)
        return '\0';
    at = status.find_first_not_of(" \t", at + label.size());
    return at == std::string::npos ? '\0' : status[at];
}

Process read_process(const std::filesystem::path& directory) {
    Process process;
    std::string comm = read(directory / "comm");
    if (!comm.empty() && comm.back() == '\n')
        comm.pop_back();
    process.comm = printable(std::move(comm));
    process.state = state_in(read(directory / "status"));
    process.cgroup = printable(cgroup_path(read(directory / "cgroup")));
    process.container = container_of(process.cgroup);
    return process;
}

} // namespace

std::string Process::state_words() const {
    const char* words = nullptr;
    switch (state) {
    case '\0':
        return {};
    case 'R':
        words = "running";
        break;
    case 'S':
    case 'I':
        words = "sleeping";
        break;
    case 'D':
        words = "uninterruptible";
        break;
    case 'T':
        words = "stopped";
        break;
    case 't':
        words = "traced";
        break;
    case 'Z':
        words = "zombie";
        break;
    default:
        words = "state";
    }
    return fmt::format("{} ({})", words, state);
}

const Process& Processes::of(uint32_t pid) {
    const auto at = known_.find(pid);
    if (at != known_.end())
        return at->second;
    return known_.emplace(pid, read_process(root_ / "proc" / std::to_string(pid))).first->second;
}

} // namespace ghostmem
