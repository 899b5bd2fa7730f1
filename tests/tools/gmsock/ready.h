// The end of each scenario: it tells what it made, and holds it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace gmsock {

using Facts = std::initializer_list<std::pair<const char*, uint64_t>>;

// From the beginning, before threads and children, who inherit it: SIGTERM and SIGUSR1 are waited
// for, and interrupt nothing.
void block_signals();

// Prints "ready pid=... fd=... inode=... KEY=VALUE..." of this process's @socket.
void say_ready(int socket, Facts facts = {});
void wait_for(int signal);
void wait_for_end();
// Says it, closes @socket at SIGUSR1, with a line "closed", and waits for the end.
int hold(int socket, Facts facts = {});

// A process that runs @work and then waits for the end; it ends with its parent, at the latest.
template <typename Work> int in_child(Work work);
int fork_with_parent();

template <typename Work> int in_child(Work work) {
    const int pid = fork_with_parent();
    if (pid == 0) {
        work();
        wait_for_end();
        // Nothing of the parent's is torn down twice.
        std::_Exit(0);
    }
    return pid;
}

} // namespace gmsock
