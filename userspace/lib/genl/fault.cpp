#include "lib/genl/fault.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fmt/format.h>
#include <linux/ghostmem.h>

#include "lib/host/load_policy.h"
#include "lib/host/module_state.h"

namespace ghostmem {

namespace {

bool changes(int command) {
    return command == GHOSTMEM_CMD_RESET || command == GHOSTMEM_CMD_CONFIG_SET ||
           command == GHOSTMEM_CMD_HOLDERS_START || command == GHOSTMEM_CMD_HOLDERS_STOP;
}

// What an older module lacks if it does not know the command; nullptr for commands that all know.
const char* feature_of(int command) {
    switch (command) {
    case GHOSTMEM_CMD_SOCKET_GET:
        return "census of sockets";
    case GHOSTMEM_CMD_ZONE_GET:
        return "census of page frames";
    case GHOSTMEM_CMD_HOLDERS_START:
    case GHOSTMEM_CMD_HOLDERS_STOP:
    case GHOSTMEM_CMD_HOLDERS_STATUS:
    case GHOSTMEM_CMD_HOLDERS_GET:
        return "search for holders";
    default:
        return nullptr;
    }
}

} // namespace

Error fault_error(const Fault& fault, int command, const std::string& module_version) {
    const std::string words = fault.message.empty() ? std::strerror(fault.error) : fault.message;
    switch (fault.error) {
    case EPERM:
        return {ErrorKind::not_permitted,
                fmt::format("not permitted: {} in the initial user namespace are needed; run it "
                            "as root (sudo leakctl ...)",
                            changes(command) ? "CAP_NET_ADMIN and CAP_SYS_ADMIN"
                                             : "CAP_NET_ADMIN and CAP_PERFMON")};
    case EPROTO:
        return {ErrorKind::wrong_abi,
                "the module refuses: " + words + "; install the same version of both"};
    case EBUSY:
        return {ErrorKind::refused, "the module is busy (" + words + "); try again in a moment"};
    case ENODATA:
        return {ErrorKind::no_result, "the module has no result (" + words + ")"};
    case EIO:
        return {ErrorKind::disabled,
                "the tracker has turned itself off (" + words + "); see: leakctl status"};
    case EOPNOTSUPP:
        // The family exists, so this is an older module without the command.
        if (const char* feature = feature_of(command))
            return {ErrorKind::unsupported,
                    fmt::format("the loaded ghostmem {} is older than this leakctl and has no "
                                "{}; install the same version of both, then reload it",
                                module_version, feature)};
        [[fallthrough]];
    case ENOENT:
        return {ErrorKind::no_module,
                "the module went away (" + words + "); load it: modprobe ghostmem"};
    default:
        return {ErrorKind::refused, "the module refuses: " + words + "; dmesg may say more"};
    }
}

Error no_family_error(const std::filesystem::path& root) {
    switch (module_state(root)) {
    case ModuleState::loading:
        return {ErrorKind::loading, "the module is still being loaded; try again in a moment"};
    case ModuleState::unloading:
        return {ErrorKind::loading,
                "the module is being unloaded; when it is gone, load it: modprobe ghostmem"};
    case ModuleState::live:
        return {ErrorKind::unreachable,
                "the module is loaded but not reachable from this network namespace; run leakctl "
                "in the host's (nsenter -t 1 -n leakctl ...)"};
    case ModuleState::absent:
        break;
    }
    return module_not_loaded(LoadPolicy::read(root));
}

} // namespace ghostmem
