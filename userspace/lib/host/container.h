// Which container a control group is of.
#pragma once

#include <string>
#include <string_view>

namespace ghostmem {

/// The path that people mean by "its cgroup", out of the text of /proc/PID/cgroup: that of the
/// one hierarchy, else the memory controller's, else systemd's. Empty: none but the root.
std::string cgroup_path(std::string_view text);

/// The first 12 digits of the id that docker, containerd, CRI-O and podman put into the path,
/// or the name that LXC and systemd-nspawn do; empty: the path is of no container.
std::string container_of(std::string_view path);

} // namespace ghostmem
