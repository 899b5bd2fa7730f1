// leakctl: command line in, one command run, exit code out.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "commands/config.h"
#include "commands/context.h"
#include "commands/export.h"
#include "commands/reset.h"
#include "commands/sites.h"
#include "commands/status.h"
#include "commands/trace.h"
#include "lib/error.h"
#include "lib/exit_code.h"
#include "lib/genl_client.h"
#include "lib/system_clock.h"
#include "lib/units.h"
#include "output/json_output.h"
#include "output/text_output.h"

namespace {

using namespace ghostmem;

struct Arguments {
    bool json = false;
    bool no_color = false;
    std::optional<std::string> capture;
    ListOptions list;
    bool stacks = false;
    std::chrono::milliseconds interval{1000};
    TraceOptions window{std::chrono::seconds{1}, std::chrono::seconds{30}};
    std::vector<std::string> settings;
    ConfigChange change;
    commands::ExportFormat format = commands::ExportFormat::json;
    std::optional<std::string> file;
};

// A command, and which of the options that may also stand before it apply to it.
struct Command {
    CLI::App* app = nullptr;
    bool sorts = false;
    bool tops = false;
    std::function<int(commands::Context&)> run;
};

[[noreturn]] void usage(const std::string& argument, const std::string& problem) {
    throw CLI::ValidationError(argument, problem);
}

// CLI11's own conversions take signs, spaces and words; these take what they say.
template <typename Function>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, const std::string& type,
                        const std::string& help, Function assign) {
    return app
        .add_option_function<std::string>(
            name, [name, assign](const std::string& text) { assign(name, text); }, help)
        ->type_name(type);
}

std::chrono::milliseconds duration_of(const std::string& name, const std::string& text) {
    const auto duration = parse_duration(text);
    if (!duration)
        usage(name, "'" + text + "' is no duration; write 500ms, 10s, 10m, 2h or 1d");
    return *duration;
}

std::chrono::seconds seconds_of(const std::string& name, const std::string& text) {
    return std::chrono::ceil<std::chrono::seconds>(duration_of(name, text));
}

SortKey sort_key_of(const std::string& name, const std::string& text) {
    for (const SortKey key :
         {SortKey::bytes, SortKey::pages, SortKey::age, SortKey::rate, SortKey::growth}) {
        if (text == name_of(key))
            return key;
    }
    usage(name, "unknown key '" + text + "'; known: bytes, pages, age, rate, growth");
}

void add_common(CLI::App& app, Arguments& arguments, bool sorts, bool tops) {
    app.add_flag("--json", arguments.json, "Print JSON (docs/json.md)");
    app.add_flag("--no-color", arguments.no_color, "Print without colour");
    if (sorts)
        add_parsed(app, "--sort", "bytes|pages|age|rate|growth",
                   "Order of sites, the largest first",
                   [&](const std::string& name, const std::string& text) {
                       arguments.list.sort = sort_key_of(name, text);
                   });
    if (tops)
        add_parsed(app, "--top", "N", "Show the first N sites only",
                   [&](const std::string& name, const std::string& text) {
                       size_t count = 0;
                       const char* end = text.data() + text.size();
                       const auto [at, error] = std::from_chars(text.data(), end, count);
                       if (error != std::errc{} || at != end || count == 0)
                           usage(name, "'" + text + "' is no positive number");
                       arguments.list.top = count;
                   });
}

void add_filters(CLI::App& app, Arguments& arguments) {
    ListOptions& list = arguments.list;
    add_parsed(app, "--class", "CLASS[,CLASS]",
               "Classes to show, or all (default: direct, the ghosts; with --module also vmalloc)",
               [&](const std::string& name, const std::string& text) {
                   const ClassParse parse = parse_classes(text);
                   if (!parse.problem.empty())
                       usage(name, parse.problem);
                   list.classes = parse.classes;
               });
    add_parsed(app, "--module", "NAME", "Only sites whose innermost module is NAME",
               [&](const std::string& name, const std::string& text) {
                   if (text.empty())
                       usage(name, "'' is no module's name");
                   list.module = text;
               });
    add_parsed(app, "--min-age", "DURATION", "Only sites whose oldest page is that old",
               [&](const std::string& name, const std::string& text) {
                   list.min_age = seconds_of(name, text);
               });
    add_parsed(app, "--min-bytes", "SIZE", "Only sites that hold that much, 64K or 1M",
               [&](const std::string& name, const std::string& text) {
                   const auto bytes = parse_size(text);
                   if (!bytes)
                       usage(name, "'" + text + "' is no size; write 4096, 64K, 1M or 2G");
                   list.min_bytes = *bytes;
               });
}

Command add_status(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("status", "Memory, tracking, top ghosts, verdict");
    add_common(*app, arguments, false, false);
    return {app, false, false,
            [](commands::Context& context) { return commands::status(context); }};
}

Command add_sites(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("sites", "Who holds memory, by function and module");
    add_common(*app, arguments, true, true);
    add_filters(*app, arguments);
    app->add_flag("--stacks", arguments.stacks, "Print whole stacks");
    add_parsed(*app, "--interval", "DURATION", "How long to measure for --sort rate (default 1s)",
               [&](const std::string& name, const std::string& text) {
                   arguments.interval = duration_of(name, text);
                   if (arguments.interval.count() == 0)
                       usage(name, "no rate can be measured in no time");
               });
    return {
        app, true, true, [&](commands::Context& context) {
            return commands::sites(context, {arguments.list, arguments.stacks, arguments.interval});
        }};
}

Command add_trace(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("trace", "What is allocated from now on and stays");
    add_common(*app, arguments, true, true);
    add_filters(*app, arguments);
    app->add_flag("--stacks", arguments.stacks, "Print whole stacks");
    add_parsed(*app, "--for", "DURATION", "How long to record, in whole seconds (Ctrl-C: till now)",
               [&](const std::string& name, const std::string& text) {
                   arguments.window.window = seconds_of(name, text);
                   if (arguments.window.window.count() == 0)
                       usage(name, "nothing can be recorded in no time");
               })
        ->required();
    add_parsed(*app, "--settle", "DURATION", "Then wait so long for frees (default 30s)",
               [&](const std::string& name, const std::string& text) {
                   arguments.window.settle = seconds_of(name, text);
               });
    return {app, true, true, [&](commands::Context& context) {
                output::ProgressBar bar(std::cerr, isatty(STDERR_FILENO) == 1);
                return commands::trace(context,
                                       {arguments.window, arguments.list, arguments.stacks}, bar);
            }};
}

Command add_reset(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("reset", "Forget all records and start again from now");
    add_common(*app, arguments, false, false);
    return {app, false, false, [](commands::Context& context) { return commands::reset(context); }};
}

Command add_config(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("config", "Show or change how the tracker works");
    add_common(*app, arguments, false, false);
    app->add_option("SETTING", arguments.settings,
                    "mode=sampled, exact or off (forgets all records), interval=512K, budget=1%")
        ->type_name("KEY=VALUE");
    return {app, false, false, [&](commands::Context& context) {
                return commands::config(context, arguments.change);
            }};
}

Command add_export(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("export", "Status and sites for other programs");
    add_common(*app, arguments, false, true);
    add_filters(*app, arguments);
    add_parsed(*app, "--format", "json|folded|prometheus", "What to write",
               [&](const std::string& name, const std::string& text) {
                   if (text == "json")
                       arguments.format = commands::ExportFormat::json;
                   else if (text == "folded")
                       arguments.format = commands::ExportFormat::folded;
                   else if (text == "prometheus")
                       arguments.format = commands::ExportFormat::prometheus;
                   else
                       usage(name,
                             "unknown format '" + text + "'; known: json, folded, prometheus");
               })
        ->required();
    app->add_option("-o,--output", arguments.file, "A file to replace (default: standard output)")
        ->type_name("FILE");
    return {app, false, true, [&](commands::Context& context) {
                commands::ExportArguments all{arguments.format, arguments.list, std::nullopt};
                if (arguments.file && *arguments.file != "-")
                    all.file = *arguments.file;
                return commands::export_all(context, all, std::cout);
            }};
}

// What CLI11 cannot check option by option.
void check(const CLI::App& root, const Command& command, Arguments& arguments) {
    const std::string& word = command.app->get_name();
    if (root.count("--sort") != 0 && !command.sorts)
        usage("--sort", "does not apply to " + word);
    if (root.count("--top") != 0 && !command.tops)
        usage("--top", "does not apply to " + word);
    // Both are about all that a site holds, not about a window.
    const SortKey sort = arguments.list.sort;
    if (word == "trace" && (sort == SortKey::rate || sort == SortKey::growth))
        usage("--sort", std::string(name_of(sort)) + " does not apply to trace");
    const ConfigParse parse = parse_settings(arguments.settings);
    if (!parse.problem.empty())
        usage("SETTING", parse.problem);
    arguments.change = parse.change;
    if (word == "export" && arguments.json && arguments.format != commands::ExportFormat::json)
        usage("--json", "contradicts --format");
}

bool wants_colour(const Arguments& arguments) {
    const char* no_color = std::getenv("NO_COLOR"); // https://no-color.org
    const char* terminal = std::getenv("TERM");
    return !arguments.no_color && (no_color == nullptr || *no_color == '\0') &&
           isatty(STDOUT_FILENO) == 1 &&
           (terminal == nullptr || std::strcmp(terminal, "dumb") != 0);
}

int run(const Command& command, const Arguments& arguments) {
    GenlClient kernel("/", arguments.capture);
    // Only a trace can do something better with Ctrl-C than end.
    std::unique_ptr<Clock> clock;
    if (command.app->get_name() == "trace")
        clock = std::make_unique<InterruptibleClock>();
    else
        clock = std::make_unique<SystemClock>();
    std::unique_ptr<output::Output> out;
    if (arguments.json)
        out = std::make_unique<output::JsonOutput>(std::cout);
    else
        out = std::make_unique<output::TextOutput>(std::cout, wants_colour(arguments));
    commands::Context context{kernel, *clock, *out};
    const int code = command.run(context);
    if (!std::cout.flush())
        throw Error(ErrorKind::io, "cannot write to standard output; is the disk full?");
    return code;
}

int usage_error(const CLI::App& root, const CLI::ParseError& error) {
    std::string problem = error.what();
    // CLI11 misses a command before it looks at what stands in its place.
    const std::vector<std::string> rest = root.remaining();
    const std::vector<CLI::App*> words = root.get_subcommands();
    if (words.empty())
        problem = rest.empty() ? "which command? status, sites, trace, reset, config or export"
                               : "unknown command or option '" + rest.front() + "'";
    std::replace(problem.begin(), problem.end(), '\n', ' ');
    spdlog::error("{}; see: leakctl{} --help", problem,
                  words.empty() ? "" : " " + words.front()->get_name());
    return EXIT_CODE_USAGE;
}

} // namespace

int main(int argc, char** argv) {
    spdlog::set_default_logger(spdlog::stderr_logger_st("leakctl"));
    spdlog::set_pattern("leakctl: %v");

    Arguments arguments;
    CLI::App root("leakctl finds memory that the kernel took and no line of /proc/meminfo counts.",
                  "leakctl");
    root.set_version_flag("--version", "leakctl " LEAKCTL_VERSION);
    root.require_subcommand(1);
    add_common(root, arguments, true, true);
    root.add_option("--capture-netlink", arguments.capture)->group("");
    const std::vector<Command> commands{add_status(root, arguments), add_sites(root, arguments),
                                        add_trace(root, arguments),  add_reset(root, arguments),
                                        add_config(root, arguments), add_export(root, arguments)};
    try {
        root.parse(argc, argv);
        for (const Command& command : commands) {
            if (!command.app->parsed())
                continue;
            check(root, command, arguments);
            return run(command, arguments);
        }
    } catch (const CLI::Success& help) {
        return root.exit(help);
    } catch (const CLI::ParseError& error) {
        return usage_error(root, error);
    } catch (const std::exception& error) {
        std::cout.flush();
        spdlog::error("{}", error.what());
    }
    return EXIT_CODE_COULD_NOT;
}
