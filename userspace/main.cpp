// leakctl: command line in, one command run, exit code out.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "command_line.h"
#include "lib/base/error.h"
#include "lib/base/exit_code.h"
#include "lib/genl/client.h"
#include "lib/host/system_clock.h"
#include "lib/sock_diag/client.h"
#include "output/json/output.h"
#include "output/text/output.h"

namespace {

using namespace ghostmem;

bool wants_colour(const Arguments& arguments) {
    const char* no_color = std::getenv("NO_COLOR"); // https://no-color.org
    const char* terminal = std::getenv("TERM");
    return !arguments.no_color && (no_color == nullptr || *no_color == '\0') &&
           isatty(STDOUT_FILENO) == 1 &&
           (terminal == nullptr || std::strcmp(terminal, "dumb") != 0);
}

int run(const Command& command, const Arguments& arguments) {
    GenlClient kernel("/", arguments.capture);
    SockDiag diag("/", arguments.capture);
    // A trace, and a batch, can do something better with Ctrl-C than end.
    std::unique_ptr<Clock> clock;
    if (command.app->get_name() == "trace" || arguments.batch)
        clock = std::make_unique<InterruptibleClock>();
    else
        clock = std::make_unique<SystemClock>();
    std::unique_ptr<output::Output> out;
    if (arguments.json)
        out = std::make_unique<output::JsonOutput>(std::cout);
    else
        out = std::make_unique<output::TextOutput>(std::cout, wants_colour(arguments));
    commands::Context context{kernel, diag, *clock, *out};
    context.thresholds = arguments.thresholds;
    context.colour = wants_colour(arguments);
    return command.run(context);
}

// Where standard output was closed, the next file to be opened would take its place, and what we
// print would go there. A place that cannot be written to keeps it free.
void keep_standard_streams() {
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

// What was printed has to have arrived, or the exit status says so.
int after_writing(int code) {
    if (std::cout.flush())
        return code;
    spdlog::error("cannot write to standard output; is it closed, or the disk full?");
    return EXIT_CODE_COULD_NOT;
}

int usage_error(const CLI::App& root, const CLI::ParseError& error) {
    std::string problem = error.what();
    // CLI11 misses a command before it looks at what stands in its place.
    const std::vector<std::string> rest = root.remaining();
    const std::vector<CLI::App*> words = root.get_subcommands();
    if (words.empty())
        problem = rest.empty()
                      ? "which command? status, top, sites, sockets, trace, reset, config or "
                        "export"
                      : "unknown command or option '" + rest.front() + "'";
    std::replace(problem.begin(), problem.end(), '\n', ' ');
    spdlog::error("{}; see: leakctl{} --help", problem,
                  words.empty() ? "" : " " + words.front()->get_name());
    return EXIT_CODE_USAGE;
}

} // namespace

int main(int argc, char** argv) {
    keep_standard_streams();
    spdlog::set_default_logger(spdlog::stderr_logger_st("leakctl"));
    spdlog::set_pattern("leakctl: %v");

    Arguments arguments;
    CLI::App root("leakctl finds memory that the kernel took and no line of /proc/meminfo counts.",
                  "leakctl");
    root.set_version_flag("--version", "leakctl " LEAKCTL_VERSION);
    root.require_subcommand(1);
    const std::vector<Command> commands = register_commands(root, arguments);
    try {
        root.parse(argc, argv);
        for (const Command& command : commands) {
            if (!command.app->parsed())
                continue;
            check(root, command, arguments);
            return after_writing(run(command, arguments));
        }
    } catch (const CLI::Success& help) {
        return after_writing(root.exit(help));
    } catch (const CLI::ParseError& error) {
        return usage_error(root, error);
    } catch (const std::exception& error) {
        std::cout.flush();
        spdlog::error("{}", error.what());
    }
    return EXIT_CODE_COULD_NOT;
}
