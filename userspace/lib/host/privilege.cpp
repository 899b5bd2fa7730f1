#include "lib/host/privilege.h"

#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>

#include <linux/capability.h>

namespace ghostmem {

namespace {

// PROC_USER_INIT_INO of the kernel.
constexpr const char* initial_user_namespace = "user:[4026531837]";
// PROC_PID_INIT_INO.
constexpr const char* initial_pid_namespace = "pid:[4026531836]";

uint64_t effective_capabilities(const std::filesystem::path& root) {
    std::ifstream status(root / "proc/self/status");
    for (std::string word; status >> word;) {
        uint64_t mask = 0;
        if (word == "CapEff:" && status >> std::hex >> mask)
            return mask;
    }
    return 0;
}

} // namespace

bool may_see_all_sockets(const std::filesystem::path& root) {
    std::error_code error;
    const auto own = std::filesystem::read_symlink(root / "proc/self/ns/user", error);
    // A kernel without user namespaces lacks this file and has only the initial one.
    const bool one_for_all = error == std::errc::no_such_file_or_directory &&
                             std::filesystem::is_symlink(root / "proc/self/ns/net", error);
    if (own != initial_user_namespace && !one_for_all)
        return false;
    return (effective_capabilities(root) & (uint64_t{1} << CAP_NET_ADMIN)) != 0;
}

TaskSight sight_of_tasks(const std::filesystem::path& root) {
    // /proc/PID/stack takes CAP_SYS_ADMIN, the descriptors of others CAP_SYS_PTRACE.
    constexpr uint64_t needed = (uint64_t{1} << CAP_SYS_ADMIN) | (uint64_t{1} << CAP_SYS_PTRACE);
    std::error_code error;
    TaskSight sight;
    sight.inspect = (effective_capabilities(root) & needed) == needed;
    // With hidepid, the files of others are not there or may not be read.
    sight.list = sight.inspect || std::ifstream(root / "proc/1/stat").good();
    sight.outside =
        std::filesystem::read_symlink(root / "proc/self/ns/pid", error) == initial_pid_namespace ||
        error == std::errc::no_such_file_or_directory;
    return sight;
}

} // namespace ghostmem
