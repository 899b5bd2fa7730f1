// A command of leakctl: its name, its help, its options, and what it does. One file has all of it,
// and ends with its descriptor; command_list.h names it. The completion of bash and the man page
// are made from the descriptors.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands/context.h"

namespace ghostmem::commands {

/// What may stand in the place of an option's value, for the completion of bash.
struct Values {
    enum class Kind { words, list, files, modules, processes, namespaces };
    Kind kind = Kind::words;          ///< list: words with commas between them
    std::vector<std::string> words{}; ///< what is offered; a word that ends in '=' goes on
};

/// Options that may stand before the command, and what all commands tell the program.
struct Shared {
    bool json = false;
    bool no_color = false;
    std::optional<std::string> sort; ///< a word whose meaning depends on the command
    std::optional<size_t> top;
    std::optional<std::string> capture;
    /// Ctrl-C ends a wait of the command, and not the program.
    bool interruptible = false;
    std::map<const CLI::Option*, Values> values;
};

/// Called after the command line was read; returns the exit code. What is wrong with options taken
/// together it throws as CLI::ValidationError, before it does anything.
using Run = std::function<int(const Context&)>;

struct Command {
    const char* name;
    const char* help;   ///< a line for `leakctl --help`
    const char* manual; ///< what leakctl(8) says of it, as man(7) has it
    Run (*set_up)(CLI::App& app, Shared& shared);
};

} // namespace ghostmem::commands
