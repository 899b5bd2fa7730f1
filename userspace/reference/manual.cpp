#include "reference/manual.h"

#include <string>

namespace ghostmem::reference {

namespace {

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '-')
            result += '\\';
        result += c;
    }
    return result;
}

// For example, ".RB [ --top" and, on the next line, ".IR N ]": the brackets in roman, the option in
// bold, its value in italics.
std::string option_lines(const CLI::Option& option) {
    const bool required = option.get_required();
    const std::string open = required ? "" : "[";
    const std::string close = required ? "" : "]";
    if (option.get_positional()) {
        const bool many = option.get_items_expected_max() > 1;
        if (required)
            return ".I " + option.get_type_name() + "\n";
        return ".RI [ " + option.get_type_name() + (many ? " ...]\n" : " ]\n");
    }
    std::string name;
    for (const std::string& one : option.get_snames())
        name = "\\-" + one;
    if (name.empty())
        name = "\\-\\-" + escaped(option.get_lnames().front());
    if (option.get_type_name().empty())
        return ".RB " + open + " " + name + " " + close + "\n";
    return (required ? ".B " : ".RB [ ") + name + "\n.IR " + escaped(option.get_type_name()) +
           (required ? "" : " ]") + "\n";
}

} // namespace

void synopsis(std::ostream& out, const CommandLine& line) {
    for (const CLI::App* app : line.root().get_subcommands({})) {
        out << ".SY leakctl\n.B " << app->get_name() << '\n';
        for (const CLI::Option* option : app->get_options()) {
            const bool common = option->check_lname("help") || option->check_lname("json") ||
                                option->check_lname("no-color");
            if (!common && !option->get_group().empty())
                out << option_lines(*option);
        }
        out << ".YS\n";
    }
}

void commands(std::ostream& out, const CommandLine& line) {
    for (const commands::Command* command : line.commands())
        out << ".TP\n.B " << command->name << '\n' << command->manual;
}

} // namespace ghostmem::reference
