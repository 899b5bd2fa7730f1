#include "commands/options.h"

#include <array>

#include "lib/base/units.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem::commands {

namespace {

constexpr std::array sort_keys{SortKey::bytes, SortKey::pages, SortKey::age, SortKey::rate,
                               SortKey::growth};

SortKey site_sort_key(const std::string& text) {
    for (const SortKey key : sort_keys) {
        if (text == name_of(key))
            return key;
    }
    usage("--sort", "unknown key '" + text + "'; known: bytes, pages, age, rate, growth");
}

} // namespace

const char* const site_sort_keys = "bytes|pages|age|rate|growth";

void usage(const std::string& argument, const std::string& problem) {
    throw CLI::ValidationError(argument, problem);
}

CLI::Option*
add_parsed(CLI::App& app, const std::string& name, const std::string& type, const std::string& help,
           std::function<void(const std::string& name, const std::string& text)> assign) {
    return app
        .add_option_function<std::string>(
            name,
            [name, assign = std::move(assign)](const std::string& text) { assign(name, text); },
            help)
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

uint64_t positive_of(const std::string& name, const std::string& text, uint64_t max) {
    const auto number = number_of<uint64_t>(text);
    if (!number || *number == 0 || *number > max)
        usage(name, "'" + text + "' is no positive number");
    return *number;
}

void add_output(CLI::App& app, Shared& shared) {
    app.add_flag("--json", shared.json, "Print JSON (docs/json.md)");
    app.add_flag("--no-color", shared.no_color, "Print without colour");
}

void add_sort(CLI::App& app, Shared& shared, const std::string& keys) {
    CLI::Option* option =
        add_parsed(app, "--sort", keys, "Order, the largest first",
                   [&](const std::string&, const std::string& text) { shared.sort = text; });
    // For an option that precedes the command, the command and thus its keys are not known yet.
    if (app.get_parent() != nullptr)
        shared.values[option].words = CLI::detail::split(keys, '|');
}

void add_top(CLI::App& app, Shared& shared) {
    add_parsed(app, "--top", "N", "Show the first N only",
               [&](const std::string& name, const std::string& text) {
                   shared.top = positive_of(name, text, SIZE_MAX);
               });
}

void add_site_filters(CLI::App& app, Shared& shared, ListOptions& query) {
    CLI::Option* option = add_parsed(
        app, "--class", "CLASS[,CLASS]",
        "Classes to show, or all (default: direct, the ghosts; with --module also vmalloc); or skb",
        [&](const std::string& name, const std::string& text) {
            const ClassParse parse = parse_classes(text);
            if (!parse.problem.empty())
                usage(name, parse.problem);
            query.classes = parse.classes;
        });
    Values& classes = shared.values[option];
    classes = {Values::Kind::list, {"all"}};
    for (const SiteClass cls : all_classes())
        classes.words.emplace_back(name_of(cls));
    classes.words.emplace_back(name_of(SiteClass::skb));

    option = add_parsed(app, "--module", "NAME",
                        "Only sites whose innermost module is NAME; kernel: those without one",
                        [&](const std::string& name, const std::string& text) {
                            if (text.empty())
                                usage(name, "'' is no module's name");
                            query.module = module_name(text);
                        });
    shared.values[option].kind = Values::Kind::modules;

    option = add_parsed(app, "--min-age", "DURATION",
                        "Only sites whose oldest page is at least this old",
                        [&](const std::string& name, const std::string& text) {
                            query.min_age = seconds_of(name, text);
                        });
    shared.values[option].words = {"1m", "10m", "1h", "1d"};

    option =
        add_parsed(app, "--min-bytes", "SIZE", "Only sites that hold at least this much, 64K or 1M",
                   [&](const std::string& name, const std::string& text) {
                       const auto bytes = parse_size(text);
                       if (!bytes)
                           usage(name, "'" + text + "' is no size; write 4096, 64K, 1M or 2G");
                       query.min_bytes = *bytes;
                   });
    shared.values[option].words = {"64K", "1M", "16M", "1G"};
}

void add_layout(CLI::App& app, Shared& shared, Layout& layout) {
    app.add_flag("--stacks", layout.stacks, "Print whole stacks");
    CLI::Option* option =
        add_parsed(app, "--by", "stack|function|module",
                   "One row for each of these (default: function; with --stacks: stack)",
                   [&](const std::string& name, const std::string& text) {
                       layout.by = parse_group(text);
                       if (!layout.by)
                           usage(name, "'" + text + "' is none of stack, function, module");
                   });
    shared.values[option].words = {"stack", "function", "module"};
}

void check_layout(const Layout& layout) {
    if (layout.stacks && layout.group() != GroupBy::stack)
        usage("--stacks", "prints one row for each stack, so it needs --by stack");
}

void complete_site_query(const Shared& shared, const CLI::App& app, ListOptions& query) {
    query.top = shared.top;
    if (shared.sort)
        query.sort = site_sort_key(*shared.sort);
    if (const std::string problem = list_problem(query, app.get_name()); !problem.empty())
        usage("--class", problem);
}

void refuse_stacks_in_json(const Shared& shared, const CLI::App& app) {
    if (shared.json && app.count("--stacks") != 0)
        usage("--stacks", "has no effect with --json, which has all stacks");
}

void add_thresholds(CLI::App& app, Shared& shared, std::optional<std::filesystem::path>& file) {
    CLI::Option* option =
        add_parsed(app, "--thresholds", "FILE",
                   "From when on the verdict says warn or leak "
                   "(default: /etc/ghostmem/thresholds.conf, if there is one)",
                   [&](const std::string&, const std::string& text) { file = text; });
    shared.values[option].kind = Values::Kind::files;
}

} // namespace ghostmem::commands
