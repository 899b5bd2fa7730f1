#include "reference/completion.h"

#include <algorithm>
#include <set>
#include <string>

#include "commands/command.h"

namespace ghostmem::reference {

namespace {

using commands::Values;

std::string spelt(const std::string& name, bool is_long) {
    return (is_long ? "--" : "-") + name;
}

/// Returns all names of an option, the long ones first.
std::vector<std::string> names_of(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_lnames())
        names.push_back(spelt(name, true));
    for (const std::string& name : option.get_snames())
        names.push_back(spelt(name, false));
    return names;
}

bool takes_value(const CLI::Option& option) {
    return !option.get_type_name().empty();
}

// Returns the options to offer, separated by spaces. A short name is offered only if its option
// takes a value.
std::string options_of(const CLI::App& app) {
    std::string words;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty())
            continue;
        for (const std::string& name : names_of(*option)) {
            if (name.starts_with("--") || takes_value(*option))
                words += (words.empty() ? "" : " ") + name;
        }
    }
    return words;
}

std::string words_of(const Values& values) {
    std::string text;
    switch (values.kind) {
    case Values::Kind::words:
        text = "words";
        break;
    case Values::Kind::list:
        text = "list";
        break;
    case Values::Kind::files:
        return "files";
    case Values::Kind::modules:
        return "modules";
    case Values::Kind::processes:
        return "processes";
    case Values::Kind::namespaces:
        return "namespaces";
    }
    for (const std::string& word : values.words)
        text += " " + word;
    return text;
}

std::string patterns_of(const std::string& command, const CLI::Option& option) {
    std::string pattern;
    for (const std::string& name : names_of(option))
        pattern += (pattern.empty() ? "" : " | ") + command + ":" + name;
    return pattern.empty() ? command + ":" : pattern;
}

void put_values(std::ostream& out, const CLI::App& app, const commands::Shared& shared) {
    for (const CLI::Option* option : app.get_options()) {
        if (const auto known = shared.values.find(option); known != shared.values.end())
            out << "        " << patterns_of(app.get_name(), *option) << ") echo '"
                << words_of(known->second) << "' ;;\n";
    }
}

// Before the command is known, an option may have any value that some command accepts for it.
void put_root_values(std::ostream& out, const CommandLine& line) {
    for (const CLI::Option* option : line.root().get_options()) {
        if (option->get_group().empty() || option->get_lnames().empty())
            continue;
        Values all;
        for (const CLI::App* app : line.root().get_subcommands({})) {
            const auto known = line.shared().values.find(
                app->get_option_no_throw("--" + option->get_lnames().front()));
            if (known == line.shared().values.end())
                continue;
            for (const std::string& word : known->second.words) {
                if (std::ranges::find(all.words, word) == all.words.end())
                    all.words.push_back(word);
            }
        }
        if (!all.words.empty())
            out << "        " << patterns_of("", *option) << ") echo '" << words_of(all)
                << "' ;;\n";
    }
}

} // namespace

void completion(std::ostream& out, const CommandLine& line) {
    const auto apps = line.root().get_subcommands({});
    std::set<std::string> valued;
    for (const CLI::App* app : apps) {
        for (const CLI::Option* option : app->get_options()) {
            if (!takes_value(*option))
                continue;
            for (const std::string& name : names_of(*option))
                valued.insert(name);
        }
    }
    out << "_leakctl_commands='";
    for (const CLI::App* app : apps)
        out << (app == apps.front() ? "" : " ") << app->get_name();
    out << "'\n_leakctl_valued='";
    for (const std::string& name : valued)
        out << (name == *valued.begin() ? "" : " ") << name;
    out << "'\n\n_leakctl_options()\n{\n    case $1 in\n        '') echo '"
        << options_of(line.root()) << "' ;;\n";
    for (const CLI::App* app : apps)
        out << "        " << app->get_name() << ") echo '" << options_of(*app) << "' ;;\n";
    out << "    esac\n}\n\n_leakctl_values()\n{\n    case $1 in\n";
    put_root_values(out, line);
    for (const CLI::App* app : apps)
        put_values(out, *app, line.shared());
    out << "    esac\n}\n";
}

} // namespace ghostmem::reference
