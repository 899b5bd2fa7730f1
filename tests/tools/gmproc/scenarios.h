// The situations of gmproc: each function makes one, says so, and keeps it until SIGTERM.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gmproc {

using Words = std::vector<std::string>;

// Tasks.
int zombies(const Words& words);
int orphans(const Words& words);
int leader_exit(const Words& words);
int vfork_wait(const Words& words);
int vfork_loop(const Words& words);
int sleepers(const Words& words);

// Files.
int write_file(const Words& words);
int descriptors(const Words& words);
int deleted(const Words& words);

} // namespace gmproc
