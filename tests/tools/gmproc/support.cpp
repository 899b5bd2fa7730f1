#include "gmproc/support.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace gmproc {

namespace {

void end_at(int signal) {
    if (signal == SIGTERM)
        std::_Exit(0);
}

sigset_t waited(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

long checked(long result, const std::string& what) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return result;
}

const std::string& word(const Words& words, size_t position, const char* what) {
    if (position >= words.size() || words[position].rfind("--", 0) == 0)
        throw std::invalid_argument(std::string(what) + " is missing");
    return words[position];
}

uint64_t number(const Words& words, size_t position, const char* what) {
    return std::stoull(word(words, position, what));
}

uint64_t option(const Words& words, const std::string& name, uint64_t otherwise) {
    const std::string prefix = "--" + name + "=";
    for (const std::string& each : words) {
        if (each.rfind(prefix, 0) == 0)
            return std::stoull(each.substr(prefix.size()));
    }
    return otherwise;
}

bool flag(const Words& words, const std::string& name) {
    for (const std::string& each : words) {
        if (each == "--" + name)
            return true;
    }
    return false;
}

void block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR1);
    checked(sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask");
}

void say(const std::string& line) {
    std::cout << line << std::endl;
}

void wait_for(int signal) {
    const sigset_t set = waited(signal);
    int came = 0;
    sigwait(&set, &came);
    if (came != signal)
        end_at(came);
}

bool wait_for(int signal, long milliseconds) {
    const sigset_t set = waited(signal);
    const timespec limit{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
    const int came = sigtimedwait(&set, nullptr, &limit);
    if (came != signal)
        end_at(came);
    return came == signal;
}

} // namespace gmproc
