#include "lib/host/code_identity.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

namespace ghostmem {

namespace {

constexpr uint32_t type_build_id = 3; // NT_GNU_BUILD_ID

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string first_line(const std::filesystem::path& path) {
    const std::string text = content(path);
    return text.substr(0, text.find('\n'));
}

std::string srcversion_identity(const std::string& srcversion) {
    return "srcversion:" + srcversion;
}

// Takes a field of a note, which is padded to 4 bytes; returns false if the notes end before the
// field does.
bool take(std::string_view& rest, uint32_t size, std::string_view& field) {
    if (size > rest.size())
        return false;
    field = rest.substr(0, size);
    const size_t padded = (size_t{size} + 3) / 4 * 4;
    rest.remove_prefix(std::min(padded, rest.size()));
    return true;
}

std::string hexadecimal(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

} // namespace

std::string build_id_of(std::string_view notes) {
    struct Head {
        uint32_t name_size;
        uint32_t size;
        uint32_t type;
    };
    while (notes.size() >= sizeof(Head)) {
        Head head;
        std::memcpy(&head, notes.data(), sizeof(head));
        notes.remove_prefix(sizeof(head));
        std::string_view name;
        std::string_view descriptor;
        if (!take(notes, head.name_size, name) || !take(notes, head.size, descriptor))
            break;
        if (head.type == type_build_id && name == std::string_view("GNU\0", 4))
            return hexadecimal(descriptor);
    }
    return {};
}

const std::string& CodeIdentity::kernel() {
    if (!kernel_) {
        const std::string build_id = build_id_of(content(root_ / "sys/kernel/notes"));
        kernel_ = build_id.empty() ? "release:" + first_line(root_ / "proc/sys/kernel/osrelease")
                                   : "build-id:" + build_id;
    }
    return *kernel_;
}

const std::string& CodeIdentity::live_module(const std::string& name) {
    const auto [at, fresh] = live_.try_emplace(name);
    if (fresh) {
        // Pseudo modules of the kernel may have any name; only read names that can be a directory.
        const bool readable = name.find('/') == std::string::npos && name.front() != '.';
        const std::string srcversion =
            readable ? first_line(root_ / "sys/module" / name / "srcversion") : std::string();
        at->second = srcversion.empty() ? kernel() : srcversion_identity(srcversion);
    }
    return at->second;
}

// Init text of a module is frozen, with its srcversion, while the module is still loaded. The
// srcversion of the frame takes precedence over that in sysfs, which may belong to another module
// of the same name by now.
const std::string& CodeIdentity::of(const Frame& frame) {
    if (!frame.srcversion.empty()) {
        const auto [at, fresh] = frozen_.try_emplace(frame.srcversion);
        if (fresh)
            at->second = srcversion_identity(frame.srcversion);
        return at->second;
    }
    if (frame.state == CodeState::live && !frame.module.empty())
        return live_module(frame.module);
    return kernel();
}

// Where sysfs is not mounted, neither a missing build id nor a missing srcversion means that the
// code has none.
bool CodeIdentity::sysfs_is_mounted() {
    if (!mounted_) {
        std::error_code error;
        mounted_ = std::filesystem::is_directory(root_ / "sys/module", error);
    }
    return *mounted_;
}

void CodeIdentity::tell(std::vector<Site>& sites) {
    constexpr std::string_view release_of_nothing = "release:";
    for (Site& site : sites) {
        for (Frame& frame : site.frames) {
            frame.code = of(frame);
            const bool from_files = frame.srcversion.empty();
            if (from_files && (!sysfs_is_mounted() || frame.code == release_of_nothing))
                site.code_known = false;
        }
    }
}

} // namespace ghostmem
