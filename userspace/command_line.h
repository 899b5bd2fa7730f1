// The complete command line: the options and exactly one command.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands/command.h"

namespace ghostmem {

class CommandLine {
  public:
    CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    /// Throws CLI::Success for help and version, and another CLI::ParseError for an invalid line.
    void parse(int argc, const char* const* argv);
    /// Runs the command that parse() found. May throw CLI::ValidationError before it has any
    /// effect.
    int run(const commands::Context& context) const;

    [[nodiscard]] const commands::Shared& shared() const { return shared_; }
    [[nodiscard]] const CLI::App& root() const { return root_; }
    [[nodiscard]] std::vector<const commands::Command*> commands() const;
    /// Describes a parse error in one line, for the user.
    [[nodiscard]] std::string problem(const CLI::ParseError& error) const;
    /// The exit code for a line that parse() or run() has refused.
    [[nodiscard]] int usage_code() const;
    /// Prints help or version; returns the exit code.
    int exit(const CLI::Success& help) { return root_.exit(help); }

  private:
    struct Entry {
        const commands::Command* command;
        CLI::App* app;
        commands::Run run;
    };

    void check_root_options(const CLI::App& app) const;

    CLI::App root_;
    commands::Shared shared_;
    std::vector<std::string> words_; ///< those that were parsed
    std::vector<Entry> entries_;
};

} // namespace ghostmem
