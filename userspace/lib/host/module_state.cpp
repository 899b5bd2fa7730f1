#include "lib/host/module_state.h"

#include <system_error>

#include "lib/host/proc_file.h"

namespace ghostmem {

ModuleState module_state(const std::filesystem::path& root) {
    const std::filesystem::path folder = root / "sys/module/ghostmem";
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored))
        return ModuleState::absent;
    // Words of module_show_initstate() in the kernel's kernel/params.c or kernel/module/sysfs.c.
    const std::string state = read_text(folder / "initstate").value_or("");
    if (state.starts_with("coming"))
        return ModuleState::loading;
    if (state.starts_with("going"))
        return ModuleState::unloading;
    return ModuleState::live;
}

} // namespace ghostmem
