// A command of leakctl: its name, its help, its options, and what it does. Each command is defined
// in one file, which ends with its descriptor; command_list.cpp lists the descriptors. The bash
// completion and the man page are generated from them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands/context.h"
#include "lib/base/exit_code.h"

namespace ghostmem::commands {

/// The possible values of an option, for the bash completion.
struct Values {
    enum class Kind { words, list, files, modules, processes, namespaces };
    Kind kind = Kind::words;          ///< list: comma-separated words
    std::vector<std::string> words{}; ///< the offered words; one that ends in '=' is incomplete
};

/// Options that may precede the command, and what every command reports to the main program.
struct Shared {
    bool json = false;
    bool no_color = false;
    std::optional<std::string> sort; ///< a word whose meaning depends on the command
    std::optional<size_t> top;
    std::optional<std::string> capture;
    /// Whether Ctrl-C ends only the command's current wait, not the program.
    bool interruptible = false;
    std::map<const CLI::Option*, Values> values;
};

/// Runs the command after the command line was parsed, and returns the exit code. Throws
/// CLI::ValidationError for an invalid combination of options, before it has any effect.
using Run = std::function<int(const Context&)>;

struct Command {
    const char* name;
    const char* help;   ///< a line for `leakctl --help`
    const char* manual; ///< its text in leakctl(8), in man(7) markup
    Run (*set_up)(CLI::App& app, Shared& shared);
    /// The exit code for a wrong command line; monitoring systems have one of their own.
    int usage_code = EXIT_CODE_USAGE;
};

} // namespace ghostmem::commands
