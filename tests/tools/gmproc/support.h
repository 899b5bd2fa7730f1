// Arguments, signals and errors of gmproc.
#pragma once

#include <cstdint>
#include <string>

#include "gmproc/scenarios.h"

namespace gmproc {

// Returns the result of a system call, or throws an exception that names @what and the error.
long checked(long result, const std::string& what);

// The word at that position; throws if there is none.
const std::string& word(const Words& words, size_t position, const char* what);
uint64_t number(const Words& words, size_t position, const char* what);
// The value of "--NAME=VALUE" among the words, or @otherwise.
uint64_t option(const Words& words, const std::string& name, uint64_t otherwise);
bool flag(const Words& words, const std::string& name);

// Blocks SIGTERM and SIGUSR1, which are only waited for.
void block_signals();
// Prints a line at once.
void say(const std::string& line);
// Waits for a signal; ends the process at SIGTERM.
void wait_for(int signal);
// Likewise, at most so many milliseconds. Returns whether the signal has come.
bool wait_for(int signal, long milliseconds);

} // namespace gmproc
