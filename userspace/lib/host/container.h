// Which container a control group belongs to.
#pragma once

#include <string>
#include <string_view>

namespace ghostmem {

/// Returns the cgroup path of a process from the text of /proc/PID/cgroup: that of the unified
/// hierarchy, else of the memory controller, else of systemd. Empty: only the root cgroup.
std::string cgroup_path(std::string_view text);

/// The first 12 digits of the id that docker, containerd, CRI-O and podman put into the path,
/// or the name that LXC and systemd-nspawn put there; empty: the path is not of a container.
std::string container_of(std::string_view path);

} // namespace ghostmem
