// leakctl: parses the command line, runs one command, and returns its exit code.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>

#include <fcntl.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "command_line.h"
#include "lib/attribution/attributed_source.h"
#include "lib/base/exit_code.h"
#include "lib/genl/client.h"
#include "lib/host/system_clock.h"
#include "lib/sock_diag/client.h"
#include "output/curses/terminal.h"

namespace {

using namespace ghostmem;

bool wants_colour(const commands::Shared& shared) {
    const char* no_color = std::getenv("NO_COLOR"); // https://no-color.org
    return !shared.no_color && (no_color == nullptr || *no_color == '\0');
}

int run(const CommandLine& line) {
    const commands::Shared& shared = line.shared();
    GenlClient module("/", shared.capture);
    AttributedSource kernel(module, "/");
    SockDiag diag("/", shared.capture);
    std::unique_ptr<Clock> clock;
    if (shared.interruptible)
        clock = std::make_unique<InterruptibleClock>();
    else
        clock = std::make_unique<SystemClock>();
    const output::Terminal terminal = output::describe_terminal(STDOUT_FILENO);
    return line.run({.kernel = kernel,
                     .diag = diag,
                     .clock = *clock,
                     .out = std::cout,
                     .root = "/",
                     .json = shared.json,
                     .colour = terminal.colours && wants_colour(shared),
                     .width = terminal.width,
                     .utf8 = output::locale_is_utf8(),
                     .progress = output::describe_terminal(STDERR_FILENO).control});
}

// Occupies standard descriptors that are closed: the next file to be opened would get the number of
// standard output, and our output would go into that file. /dev/null is opened in the wrong
// direction, so that using such a descriptor still fails.
void keep_standard_streams() {
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

// Flushes standard output, and returns an error status if not all output could be written.
int after_writing(int code) {
    if (std::cout.flush())
        return code;
    spdlog::error("cannot write to standard output; is it closed, or the disk full?");
    return EXIT_CODE_COULD_NOT;
}

} // namespace

int main(int argc, char** argv) {
    keep_standard_streams();
    spdlog::set_default_logger(spdlog::stderr_logger_st("leakctl"));
    spdlog::set_pattern("leakctl: %v");

    CommandLine line;
    try {
        line.parse(argc, argv);
        return after_writing(run(line));
    } catch (const CLI::Success& help) {
        return after_writing(line.exit(help));
    } catch (const CLI::ParseError& error) {
        spdlog::error("{}", line.problem(error));
        return line.usage_code();
    } catch (const std::exception& error) {
        std::cout.flush();
        spdlog::error("{}", error.what());
    }
    return EXIT_CODE_COULD_NOT;
}
