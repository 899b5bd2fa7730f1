// The command line, taken apart: what was asked for, and of which command.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands/context.h"
#include "commands/export.h"
#include "lib/attribution/site_query.h"
#include "lib/findings/trace_window.h"
#include "lib/model/settings.h"
#include "lib/sockets/report.h"

namespace ghostmem {

struct Arguments {
    bool json = false;
    bool no_color = false;
    std::optional<std::string> capture;
    std::optional<std::string> sort; ///< a word whose meaning depends on the command
    ListOptions list;
    bool stacks = false;
    std::chrono::milliseconds interval{1000};
    TraceOptions window{std::chrono::seconds{1}, std::chrono::seconds{30}};
    std::vector<std::string> settings;
    ConfigChange change;
    commands::ExportFormat format = commands::ExportFormat::json;
    std::optional<std::string> file;
    std::optional<std::string> thresholds;
    bool batch = false;
    size_t frames = 0; ///< of a batch; 0: no end
    std::optional<std::chrono::milliseconds> refresh;
    SocketQuery sockets;
};

/// A command, and which of the options that may also stand before it apply to it.
struct Command {
    CLI::App* app = nullptr;
    bool sorts = false;
    bool tops = false;
    std::function<int(commands::Context&)> run;
};

/// Adds all commands and options to root; both arguments have to outlive it.
std::vector<Command> register_commands(CLI::App& root, Arguments& arguments);

/// What cannot be checked option by option. Throws CLI::ValidationError.
void check(const CLI::App& root, const Command& command, Arguments& arguments);

} // namespace ghostmem
