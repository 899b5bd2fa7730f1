#include "lib/host/identity.h"

#include <cstdlib>

#include "lib/base/words.h"
#include "lib/host/proc_file.h"

namespace ghostmem {

namespace {

std::string line_of(const std::filesystem::path& file) {
    std::string text = read_text(file).value_or("");
    text.erase(std::min(text.find('\n'), text.size()));
    return printable(std::move(text));
}

} // namespace

HostIdentity read_identity(const std::filesystem::path& root) {
    const std::filesystem::path kernel = root / "proc/sys/kernel";
    HostIdentity identity;
    identity.name = line_of(kernel / "hostname");
    identity.kernel = line_of(kernel / "osrelease");
    identity.boot_id = line_of(kernel / "random/boot_id");
    // The locale of leakctl's numbers is always "C".
    identity.uptime_s = std::strtod(line_of(root / "proc/uptime").c_str(), nullptr);
    return identity;
}

} // namespace ghostmem
