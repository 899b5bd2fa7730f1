#include "commands/help.h"

#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"

namespace ghostmem::commands {

namespace {

Run set_up(CLI::App& app, Shared& shared) {
    auto word = std::make_shared<std::string>();
    CLI::Option* option = app.add_option("command", *word, "A command")->type_name("COMMAND");
    for (const CLI::App* command : app.get_parent()->get_subcommands({}))
        shared.values[option].words.push_back(command->get_name());
    return [word, &app](const Context& context) {
        context.out << help_text(*app.get_parent(), *word);
        return EXIT_CODE_DONE;
    };
}

} // namespace

std::string help_text(const CLI::App& root, const std::string& word) {
    // App::help() would print the help of the command that was parsed, which is this one.
    const auto text = [&](const CLI::App* app, const std::string& before) {
        return root.get_formatter()->make_help(app, before, CLI::AppFormatMode::Normal);
    };
    if (word.empty())
        return text(&root, root.get_name());
    std::string known;
    for (const CLI::App* command : root.get_subcommands({})) {
        if (command->get_name() == word)
            return text(command, root.get_name() + " " + word);
        known += (known.empty() ? "" : ", ") + command->get_name();
    }
    usage("COMMAND", "unknown command '" + word + "'; known: " + known);
}

static constexpr const char* manual = R"(Prints help: of
.BR leakctl ,
or of the command that is named.
)";

extern const Command help_command{"help", "Help on leakctl or on one command", manual, set_up};

} // namespace ghostmem::commands
