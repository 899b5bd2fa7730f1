#include "command_line.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>

#include <unistd.h>

#include "commands/config.h"
#include "commands/reset.h"
#include "commands/sites.h"
#include "commands/sockets.h"
#include "commands/status.h"
#include "commands/top.h"
#include "commands/trace.h"
#include "lib/base/units.h"
#include "lib/host/proc_numbers.h"
#include "output/top/batch_screen.h"
#include "output/curses/curses_screen.h"

namespace ghostmem {

namespace {

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

template <typename T> T positive_of(const std::string& name, const std::string& text) {
    const auto number = number_of<T>(text);
    if (!number || *number == 0)
        usage(name, "'" + text + "' is no positive number");
    return *number;
}

FamilyFilter family_of(const std::string& name, const std::string& text) {
    if (const auto filter = FamilyFilter::parse(text))
        return *filter;
    std::string known;
    for (const std::string& word : FamilyFilter::known())
        known += (known.empty() ? "" : ", ") + word;
    usage(name, "unknown family '" + text + "'; known: " + known);
}

SocketSortKey socket_sort_of(const std::string& name, const std::string& text) {
    if (const auto key = parse_socket_sort(text))
        return *key;
    usage(name,
          "unknown key '" + text + "'; known: pinned, slab, truesize, bytes, amplification, age");
}

SortKey sort_key_of(const std::string& name, const std::string& text) {
    for (const SortKey key :
         {SortKey::bytes, SortKey::pages, SortKey::age, SortKey::rate, SortKey::growth}) {
        if (text == name_of(key))
            return key;
    }
    usage(name, "unknown key '" + text + "'; known: bytes, pages, age, rate, growth");
}

// Which of the options that may stand before a command it has; sorts: by what.
struct CommonOptions {
    const char* sorts = "";
    bool tops = false;
};

constexpr const char* site_sorts = "bytes|pages|age|rate|growth";
constexpr const char* socket_sorts = "pinned|slab|truesize|bytes|amplification|age";

void add_common(CLI::App& app, Arguments& arguments, CommonOptions options) {
    app.add_flag("--json", arguments.json, "Print JSON (docs/json.md)");
    app.add_flag("--no-color", arguments.no_color, "Print without colour");
    if (*options.sorts != '\0')
        add_parsed(app, "--sort", options.sorts, "Order, the largest first",
                   [&](const std::string&, const std::string& text) { arguments.sort = text; });
    if (options.tops)
        add_parsed(app, "--top", "N", "Show the first N only",
                   [&](const std::string& name, const std::string& text) {
                       const size_t count = positive_of<size_t>(name, text);
                       arguments.list.top = count;
                       arguments.sockets.list.top = count;
                   });
}

void add_filters(CLI::App& app, Arguments& arguments) {
    ListOptions& list = arguments.list;
    add_parsed(
        app, "--class", "CLASS[,CLASS]",
        "Classes to show, or all (default: direct, the ghosts; with --module also vmalloc); or skb",
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

void add_thresholds(CLI::App& app, Arguments& arguments) {
    app.add_option("--thresholds", arguments.thresholds,
                   "From when on the verdict says warn or leak "
                   "(default: /etc/ghostmem/thresholds.conf, if there is one)")
        ->type_name("FILE");
}

Command add_status(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("status", "Memory, tracking, top ghosts, verdict");
    add_common(*app, arguments, {});
    add_thresholds(*app, arguments);
    return {app, false, false,
            [](commands::Context& context) { return commands::status(context); }};
}

// It draws on the terminal, which is not there in a batch.
int run_top(commands::Context& context, const Arguments& arguments) {
    const auto interval = arguments.refresh.value_or(output::TopState{}.interval);
    if (arguments.batch) {
        output::BatchScreen screen(std::cout, context.clock, arguments.frames);
        return commands::top(context, screen, interval);
    }
    output::CursesScreen screen(context.colour);
    return commands::top(context, screen, interval);
}

Command add_top(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("top", "Memory and the worst of each kind, live");
    app->add_flag("--no-color", arguments.no_color, "Print without colour");
    add_thresholds(*app, arguments);
    add_parsed(*app, "--interval", "DURATION", "How often to look (default 3s)",
               [&](const std::string& name, const std::string& text) {
                   arguments.refresh = duration_of(name, text);
                   if (arguments.refresh->count() == 0)
                       usage(name, "looking takes some time");
               });
    CLI::Option* batch =
        app->add_flag("--batch", arguments.batch, "Print to standard output, and read no keys");
    add_parsed(*app, "--iterations", "N", "With --batch: look N times (default: without end)",
               [&](const std::string& name, const std::string& text) {
                   arguments.frames = positive_of<size_t>(name, text);
               })
        ->needs(batch);
    return {app, false, false,
            [&](commands::Context& context) { return run_top(context, arguments); }};
}

Command add_sites(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("sites", "Who holds memory, by function and module");
    add_common(*app, arguments, {site_sorts, true});
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
    add_common(*app, arguments, {site_sorts, true});
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

Command add_sockets(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("sockets", "Who queued what, and the memory that it pins");
    add_common(*app, arguments, {socket_sorts, true});
    SocketQuery& query = arguments.sockets;
    add_parsed(*app, "--pid", "PID", "Only sockets that this process has open",
               [&](const std::string& name, const std::string& text) {
                   query.list.filter.pid = positive_of<uint32_t>(name, text);
               });
    add_parsed(*app, "--netns", "INODE|PID|PATH|NAME", "Only those of a network namespace",
               [&](const std::string& name, const std::string& text) {
                   if (text.empty())
                       usage(name, "'' is no network namespace");
                   query.netns = text;
               });
    add_parsed(*app, "--family", "FAMILY",
               "Only inet, inet6, unix, netlink, packet, tcp, udp, raw ...",
               [&](const std::string& name, const std::string& text) {
                   query.list.filter.family = family_of(name, text);
               });
    add_parsed(*app, "--inode", "N", "Show one socket in full",
               [&](const std::string& name, const std::string& text) {
                   query.list.filter.inode = positive_of<uint64_t>(name, text);
               });
    return {app, true, true,
            [&](commands::Context& context) { return commands::sockets(context, query); }};
}

Command add_reset(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("reset", "Forget all records and start again from now");
    add_common(*app, arguments, {});
    return {app, false, false, [](commands::Context& context) { return commands::reset(context); }};
}

Command add_config(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("config", "Show or change how the tracker works");
    add_common(*app, arguments, {});
    app->add_option("SETTING", arguments.settings,
                    "mode=sampled, exact or off (forgets all records), interval=512K, budget=1%, "
                    "skb=on or off")
        ->type_name("KEY=VALUE");
    return {app, false, false, [&](commands::Context& context) {
                return commands::config(context, arguments.change);
            }};
}

Command add_export(CLI::App& root, Arguments& arguments) {
    CLI::App* app = root.add_subcommand("export", "Status and sites for other programs");
    add_common(*app, arguments, {"", true});
    add_filters(*app, arguments);
    add_thresholds(*app, arguments);
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

} // namespace

std::vector<Command> register_commands(CLI::App& root, Arguments& arguments) {
    add_common(root, arguments, {"KEY", true});
    root.add_option("--capture-netlink", arguments.capture)->group("");
    return {add_status(root, arguments),  add_top(root, arguments),   add_sites(root, arguments),
            add_sockets(root, arguments), add_trace(root, arguments), add_reset(root, arguments),
            add_config(root, arguments),  add_export(root, arguments)};
}

void check(const CLI::App& root, const Command& command, Arguments& arguments) {
    const std::string& word = command.app->get_name();
    if (root.count("--sort") != 0 && !command.sorts)
        usage("--sort", "does not apply to " + word);
    if (root.count("--top") != 0 && !command.tops)
        usage("--top", "does not apply to " + word);
    if (word == "top" && arguments.json)
        usage("--json", "does not apply to top; leakctl status has it");
    if (arguments.sort && word == "sockets")
        arguments.sockets.list.sort = socket_sort_of("--sort", *arguments.sort);
    else if (arguments.sort)
        arguments.list.sort = sort_key_of("--sort", *arguments.sort);
    // Both are about all that a site holds, not about a window.
    const SortKey sort = arguments.list.sort;
    if (word == "trace" && (sort == SortKey::rate || sort == SortKey::growth))
        usage("--sort", std::string(name_of(sort)) + " does not apply to trace");
    if (const std::string problem = list_problem(arguments.list, word); !problem.empty())
        usage("--class", problem);
    const ConfigParse parse = parse_settings(arguments.settings);
    if (!parse.problem.empty())
        usage("SETTING", parse.problem);
    arguments.change = parse.change;
    if (word == "export" && arguments.json && arguments.format != commands::ExportFormat::json)
        usage("--json", "contradicts --format");
}

} // namespace ghostmem
