// The last part of each scenario: reports what was made, and holds it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace gmsock {

using Facts = std::initializer_list<std::pair<const char*, uint64_t>>;

// Blocks SIGTERM and SIGUSR1, which are only waited for. Must be called before threads and children
// are created, so that they inherit the mask.
void block_signals();

// Prints "ready pid=... fd=... inode=... KEY=VALUE..." for this process's @socket.
void say_ready(int socket, Facts facts = {});
void wait_for(int signal);
void wait_for_end();
// Calls say_ready(), closes @socket at SIGUSR1 and prints "closed", then waits for SIGTERM.
int hold(int socket, Facts facts = {});

// Forks a process that runs @work and then waits for SIGTERM; it is killed when its parent ends.
template <typename Work> int in_child(Work work);
int fork_with_parent();

template <typename Work> int in_child(Work work) {
    const int pid = fork_with_parent();
    if (pid == 0) {
        work();
        wait_for_end();
        // No destructors: the parent's objects must not be destroyed twice.
        std::_Exit(0);
    }
    return pid;
}

} // namespace gmsock
