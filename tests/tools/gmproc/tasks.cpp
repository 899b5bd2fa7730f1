// Situations of tasks.
#include <csignal>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gmproc/scenarios.h"
#include "gmproc/support.h"

namespace gmproc {
namespace {

int child_that_ends() {
    const int pid = static_cast<int>(checked(fork(), "fork"));
    if (pid == 0)
        _exit(0);
    // It is waited for, but left as it is: the caller counts it as a zombie from now on.
    siginfo_t ended{};
    checked(waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT), "waitid");
    return pid;
}

void* sleep_for_ever(void* /* unused */) {
    wait_for(SIGTERM);
    return nullptr;
}

void start_threads(uint64_t count) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    for (uint64_t i = 0; i < count; i++) {
        pthread_t thread{};
        if (pthread_create(&thread, &attributes, sleep_for_ever, nullptr) != 0)
            checked(-1, "pthread_create");
    }
    pthread_attr_destroy(&attributes);
}

} // namespace

// Makes COUNT zombies, and with --more=MS another one every MS milliseconds. Waits for all of them
// at SIGUSR1.
int zombies(const Words& words) {
    const uint64_t count = number(words, 0, "COUNT");
    const uint64_t more_ms = option(words, "more", 0);
    int first = 0;
    for (uint64_t i = 0; i < count; i++) {
        const int pid = child_that_ends();
        first = first == 0 ? pid : first;
    }
    say("ready pid=" + std::to_string(getpid()) + " first=" + std::to_string(first));
    if (more_ms == 0)
        wait_for(SIGUSR1);
    else
        while (!wait_for(SIGUSR1, static_cast<long>(more_ms)))
            child_that_ends();
    while (waitpid(-1, nullptr, 0) > 0) {
    }
    say("reaped");
    wait_for(SIGTERM);
    return 0;
}

// The first process of a pid namespace of its own never waits for the COUNT processes that it
// inherits from children of its, which it does wait for.
int orphans(const Words& words) {
    const uint64_t count = number(words, 0, "COUNT");
    int made[2];
    checked(pipe(made), "pipe");
    checked(unshare(CLONE_NEWPID), "unshare");
    const int pid = static_cast<int>(checked(fork(), "fork"));
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (uint64_t i = 0; i < count; i++) {
            const int parent = static_cast<int>(checked(fork(), "fork"));
            if (parent == 0) {
                const int orphan = fork();
                if (orphan == 0)
                    _exit(0);
                siginfo_t ended{};
                waitid(P_PID, static_cast<id_t>(orphan), &ended, WEXITED | WNOWAIT);
                _exit(orphan < 0);
            }
            int status = 0;
            checked(waitpid(parent, &status, 0), "waitpid");
            if (status != 0)
                _exit(1);
        }
        checked(write(made[1], "x", 1), "write");
        for (;;)
            pause();
    }
    char byte = 0;
    close(made[1]);
    if (checked(read(made[0], &byte, 1), "read") != 1)
        checked(-1, "the first process of the namespace");
    say("ready pid=" + std::to_string(getpid()) + " init=" + std::to_string(pid));
    wait_for(SIGTERM);
    return 0;
}

// Ends the first thread, while COUNT others live.
int leader_exit(const Words& words) {
    start_threads(number(words, 0, "COUNT"));
    say("ready pid=" + std::to_string(getpid()));
    // pthread_exit() would need a library that the guest does not have.
    syscall(SYS_exit, 0);
    return 0;
}

// Waits uninterruptibly (state D) for a child that neither runs another program nor ends.
int vfork_wait(const Words& /* words */) {
    say("ready pid=" + std::to_string(getpid()));
    const int pid = vfork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    checked(pid, "vfork");
    return 0;
}

// Likewise, but for no longer than MS milliseconds each time, over and over.
int vfork_loop(const Words& words) {
    const auto us = static_cast<useconds_t>(number(words, 0, "MS") * 1000);
    say("ready pid=" + std::to_string(getpid()));
    for (;;) {
        const int pid = vfork();
        if (pid == 0) {
            usleep(us);
            _exit(0);
        }
        checked(pid, "vfork");
        checked(waitpid(pid, nullptr, 0), "waitpid");
        (void)wait_for(SIGUSR1, 0);
    }
}

// COUNT threads that sleep.
int sleepers(const Words& words) {
    start_threads(number(words, 0, "COUNT"));
    say("ready pid=" + std::to_string(getpid()));
    wait_for(SIGTERM);
    return 0;
}

} // namespace gmproc
