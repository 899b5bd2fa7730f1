#include "command_line.h"

#include <algorithm>

#include "commands/command_list.h"
#include "commands/options.h"

namespace ghostmem {

CommandLine::CommandLine()
    : root_("leakctl finds memory that the kernel took and no line of /proc/meminfo counts.",
            "leakctl") {
    root_.set_version_flag("--version", "leakctl " LEAKCTL_VERSION);
    root_.require_subcommand(1);
    commands::add_output(root_, shared_);
    commands::add_sort(root_, shared_, "KEY");
    commands::add_top(root_, shared_);
    root_.add_option("--capture-netlink", shared_.capture)->group("");
    for (const commands::Command* command : commands::all_commands()) {
        CLI::App* app = root_.add_subcommand(command->name, command->help);
        entries_.push_back({command, app, command->set_up(*app, shared_)});
    }
}

void CommandLine::parse(int argc, const char* const* argv) {
    root_.parse(argc, argv);
}

int CommandLine::run(const commands::Context& context) const {
    const auto chosen =
        std::ranges::find_if(entries_, [](const Entry& entry) { return entry.app->parsed(); });
    check_root_options(*chosen->app);
    return chosen->run(context);
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
}

std::string CommandLine::problem(const CLI::ParseError& error) const {
    std::string text = error.what();
    const auto chosen =
        std::ranges::find_if(entries_, [](const Entry& entry) { return entry.app->parsed(); });
    if (chosen == entries_.end()) {
        // CLI11 reports the missing command before it looks at the unknown word in its place.
        const std::vector<std::string> rest = root_.remaining();
        std::string words;
        for (const Entry& entry : entries_)
            words += (words.empty() ? "" : ", ") + entry.app->get_name();
        text = rest.empty() ? "which command? one of " + words
                            : "unknown command or option '" + rest.front() + "'";
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text + "; see: leakctl" +
           (chosen == entries_.end() ? "" : " " + chosen->app->get_name()) + " --help";
}

} // namespace ghostmem
