#include "gmsock/ready.h"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sys/prctl.h>
#include <unistd.h>

#include "gmsock/descriptor.h"

namespace gmsock {

void block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR1);
    checked(sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask");
}

void say_ready(int socket, Facts facts) {
    std::cout << "ready pid=" << getpid() << " fd=" << socket << " inode=" << inode_of(socket);
    for (const auto& [name, value] : facts)
        std::cout << " " << name << "=" << value;
    std::cout << std::endl;
}

void wait_for(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigaddset(&set, SIGTERM);
    int came = 0;
    sigwait(&set, &came);
    if (came != signal)
        std::_Exit(0);
}

void wait_for_end() {
    wait_for(SIGTERM);
}

int hold(int socket, Facts facts) {
    say_ready(socket, facts);
    wait_for(SIGUSR1);
    // Its owner closes it again when the process ends, which is harmless.
    checked(close(socket), "close");
    std::cout << "closed" << std::endl;
    wait_for_end();
    return 0;
}

int fork_with_parent() {
    const int parent = getpid();
    const int pid = static_cast<int>(checked(fork(), "fork"));
    if (pid == 0) {
        checked(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
        if (getppid() != parent)
            std::_Exit(1);
    }
    return pid;
}

} // namespace gmsock
