#include "lib/host/container.h"

#include <algorithm>
#include <array>

namespace ghostmem {

namespace {

constexpr size_t id_digits = 64;
constexpr size_t short_digits = 12;

template <typename Function> void each_part(std::string_view text, char separator, Function visit) {
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool is_id(std::string_view text) {
    return text.size() == id_digits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

// "docker-ID.scope", "cri-containerd-ID.scope", "crio-ID", "libpod-ID.scope", "ID".
std::string id_in(std::string_view part) {
    constexpr std::string_view scope = ".scope";
    if (part.ends_with(scope))
        part.remove_suffix(scope.size());
    // A container's monitor has the id in its path as well, but is not one of its processes.
    if (part.find("conmon-") != std::string_view::npos)
        return {};
    const size_t dash = part.rfind('-');
    const std::string_view id = dash == std::string_view::npos ? part : part.substr(dash + 1);
    return is_id(id) ? std::string(id.substr(0, short_digits)) : std::string();
}

// systemd escapes '-' in names of units.
std::string unescaped(std::string_view name) {
    constexpr std::string_view escape = "\\x2d";
    std::string text;
    while (!name.empty()) {
        const bool escaped = name.starts_with(escape);
        text += escaped ? '-' : name.front();
        name.remove_prefix(escaped ? escape.size() : 1);
    }
    return text;
}

// "lxc.payload.NAME", "machine-NAME.scope"; below "/lxc" the next part is the name.
std::string name_in(std::string_view part, std::string_view before) {
    constexpr std::string_view payload = "lxc.payload.";
    constexpr std::string_view machine = "machine-";
    constexpr std::string_view scope = ".scope";
    if (part.starts_with(payload))
        return std::string(part.substr(payload.size()));
    if (before == "lxc")
        return std::string(part);
    if (part.starts_with(machine) && part.ends_with(scope))
        return unescaped(part.substr(machine.size(), part.size() - machine.size() - scope.size()));
    return {};
}

} // namespace

std::string cgroup_path(std::string_view text) {
    std::string_view unified;
    std::string_view memory;
    std::string_view systemd;
    each_part(text, '\n', [&](std::string_view line) {
        // "12:memory:/path", "1:name=systemd:/path", "0::/path"
        const size_t first = line.find(':');
        const size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos)
            return;
        const std::string_view controllers = line.substr(first + 1, second - first - 1);
        const std::string_view path = line.substr(second + 1);
        if (controllers.empty())
            unified = path;
        else if (controllers == "name=systemd")
            systemd = path;
        each_part(controllers, ',', [&](std::string_view controller) {
            if (controller == "memory")
                memory = path;
        });
    });
    for (const std::string_view path : {unified, memory, systemd}) {
        if (!path.empty() && path != "/")
            return std::string(path);
    }
    return {};
}

std::string container_of(std::string_view path) {
    std::string found;
    std::string_view before;
    each_part(path, '/', [&](std::string_view part) {
        // The innermost one: a container may run within another.
        if (const std::string id = id_in(part); !id.empty())
            found = id;
        else if (const std::string name = name_in(part, before); !name.empty())
            found = name;
        before = part;
    });
    return found;
}

} // namespace ghostmem
