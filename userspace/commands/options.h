// Options that several commands share, and how their values are parsed.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "commands/command.h"
#include "lib/attribution/site_query.h"

namespace ghostmem::commands {

/// Reports a usage error by throwing CLI::ValidationError.
[[noreturn]] void usage(const std::string& argument, const std::string& problem);

/// Adds an option whose raw value `assign` parses; it reports errors by usage(). CLI11's own
/// conversions are not used because they accept signs, spaces and words in place of a number.
CLI::Option*
add_parsed(CLI::App& app, const std::string& name, const std::string& type, const std::string& help,
           std::function<void(const std::string& name, const std::string& text)> assign);

/// Parsers for `assign`: a duration that is not negative, or a number above 0.
std::chrono::milliseconds duration_of(const std::string& name, const std::string& text);
std::chrono::seconds seconds_of(const std::string& name, const std::string& text);
uint64_t positive_of(const std::string& name, const std::string& text, uint64_t max);

/// Adds --json and --no-color.
void add_output(CLI::App& app, Shared& shared);
/// Adds --sort, which takes one of `keys`, words separated by '|'.
void add_sort(CLI::App& app, Shared& shared, const std::string& keys);
/// Adds --top N.
void add_top(CLI::App& app, Shared& shared);

/// Adds --class, --module, --min-age and --min-bytes, which are stored in `query`.
void add_site_filters(CLI::App& app, Shared& shared, ListOptions& query);
/// The keys to pass to add_sort() for sites; complete_site_query() parses them.
extern const char* const site_sort_keys;
/// Stores --sort and --top in `query`. Throws if the options of `query` cannot be combined.
void complete_site_query(const Shared& shared, const CLI::App& app, ListOptions& query);

/// How a list of sites is laid out.
struct Layout {
    bool stacks = false;       ///< whole stacks are printed
    std::optional<GroupBy> by; ///< nullopt: was not asked for

    /// By function, unless stacks are printed or something else was asked for.
    [[nodiscard]] GroupBy group() const {
        return by.value_or(stacks ? GroupBy::stack : GroupBy::function);
    }
};

/// Adds --stacks and --by.
void add_layout(CLI::App& app, Shared& shared, Layout& layout);
/// Throws if the options cannot be combined.
void check_layout(const Layout& layout);
/// Throws if --stacks is given with --json, which has all stacks anyway.
void refuse_stacks_in_json(const Shared& shared, const CLI::App& app);

/// Adds --thresholds FILE.
void add_thresholds(CLI::App& app, Shared& shared, std::optional<std::filesystem::path>& file);

} // namespace ghostmem::commands
