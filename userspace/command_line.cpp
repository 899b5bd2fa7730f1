#include "command_line.h"

#include <algorithm>

#include "commands/command_list.h"
#include "commands/options.h"
#include "parse_problem.h"

namespace ghostmem {

namespace {

// The parser would take "--json=false".
void refuse_values_of_flags(CLI::App& app) {
    for (CLI::Option* option : app.get_options()) {
        if (option->get_items_expected_max() == 0)
            option->disable_flag_override();
    }
}

} // namespace

CommandLine::CommandLine()
    : root_("leakctl finds memory that the kernel took and no line of /proc/meminfo counts.",
            "leakctl") {
    root_.set_version_flag("-V,--version", "leakctl " LEAKCTL_VERSION);
    root_.require_subcommand(1);
    commands::add_output(root_, shared_);
    commands::add_sort(root_, shared_, "KEY");
    commands::add_top(root_, shared_);
    root_.add_option("--capture-netlink", shared_.capture)->group("");
    for (const commands::Command* command : commands::all_commands()) {
        CLI::App* app = root_.add_subcommand(command->name, command->help);
        entries_.push_back({command, app, command->set_up(*app, shared_)});
        refuse_values_of_flags(*app);
    }
    refuse_values_of_flags(root_);
}

void CommandLine::parse(int argc, const char* const* argv) {
    words_.assign(argv + 1, argv + argc);
    root_.parse(argc, argv);
}

int CommandLine::run(const commands::Context& context) const {
    const auto chosen =
        std::ranges::find_if(entries_, [](const Entry& entry) { return entry.app->parsed(); });
    check_root_options(*chosen->app);
    return chosen->run(context);
}

int CommandLine::usage_code() const {
    const auto chosen =
        std::ranges::find_if(entries_, [](const Entry& entry) { return entry.app->parsed(); });
    return chosen == entries_.end() ? EXIT_CODE_USAGE : chosen->command->usage_code;
}

std::vector<const commands::Command*> CommandLine::commands() const {
    std::vector<const commands::Command*> all;
    for (const Entry& entry : entries_)
        all.push_back(entry.command);
    return all;
}

// Rejects options before the command that the command itself does not have.
void CommandLine::check_root_options(const CLI::App& app) const {
    for (const char* name : {"--json", "--sort", "--top"}) {
        if (root_.count(name) != 0 && app.get_option_no_throw(name) == nullptr)
            commands::usage(name, "does not apply to " + app.get_name());
    }
    for (const char* name : {"--sort", "--top"}) {
        if (root_.count(name) != 0 && app.count(name) != 0)
            commands::usage(name, "is given twice");
    }
}

std::string CommandLine::problem(const CLI::ParseError& error) const {
    std::string text;
    // These are our own, thrown by commands::usage(); all others have the words of the library.
    if (dynamic_cast<const CLI::ValidationError*>(&error) == nullptr)
        text = parse_problem(root_, words_);
    if (text.empty())
        text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    const auto chosen =
        std::ranges::find_if(entries_, [](const Entry& entry) { return entry.app->parsed(); });
    return text + (text.ends_with('?') ? " see: leakctl" : "; see: leakctl") +
           (chosen == entries_.end() ? "" : " " + chosen->app->get_name()) + " --help";
}

} // namespace ghostmem
