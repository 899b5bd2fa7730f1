#include "lib/host/mounts.h"

#include <algorithm>
#include <array>

#include "lib/base/words.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

// Space, tab, newline and backslash are written as three octal digits.
std::string unescaped(std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto digit = [&](size_t at) { return static_cast<unsigned>(text[at] - '0'); };
        if (text[i] == '\\' && i + 3 < text.size() && digit(i + 1) < 4 && digit(i + 2) < 8 &&
            digit(i + 3) < 8) {
            result += static_cast<char>(digit(i + 1) * 64 + digit(i + 2) * 8 + digit(i + 3));
            i += 3;
        } else {
            result += text[i];
        }
    }
    return printable(std::move(result));
}

} // namespace

bool Mount::may_block() const {
    constexpr std::array<std::string_view, 11> types{
        "nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "afs", "lustre", "gfs2", "ocfs2", "autofs"};
    return type.starts_with("fuse") || std::ranges::find(types, type) != types.end();
}

std::vector<Mount> parse_mountinfo(std::string_view text) {
    std::vector<Mount> mounts;
    for_each_line(text, [&](std::string_view line) {
        // "36 35 98:0 /root /point options [optional fields] - type source options"
        constexpr std::string_view separator = " - ";
        const size_t at = line.find(separator);
        if (at == std::string_view::npos)
            return;
        const auto before = words_of(line.substr(0, at));
        const auto after = words_of(line.substr(at + separator.size()));
        const auto id = before.size() < 5 ? std::nullopt : number_of<uint64_t>(before[0]);
        if (!id || after.size() < 2)
            return;
        mounts.push_back({*id, std::string(before[2]), unescaped(before[4]), unescaped(before[3]),
                          std::string(after[0]), unescaped(after[1])});
    });
    return mounts;
}

std::vector<Mount> read_mounts(const std::filesystem::path& directory) {
    return parse_mountinfo(read_text(directory / "mountinfo").value_or(""));
}

const Mount* find_mount(const std::vector<Mount>& mounts, uint64_t id) {
    const auto at = std::ranges::find(mounts, id, &Mount::id);
    return at == mounts.end() ? nullptr : &*at;
}

} // namespace ghostmem
