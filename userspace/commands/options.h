// Options that several commands have, and how their values are read.
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

/// Throws CLI::ValidationError.
[[noreturn]] void usage(const std::string& argument, const std::string& problem);

/// An option whose value `assign` reads as it stands; it throws by usage(). CLI11's own conversions
/// take signs, spaces and words where a number is asked for.
CLI::Option*
add_parsed(CLI::App& app, const std::string& name, const std::string& type, const std::string& help,
           std::function<void(const std::string& name, const std::string& text)> assign);

/// For assign: a duration that is not negative, or a number above 0.
std::chrono::milliseconds duration_of(const std::string& name, const std::string& text);
std::chrono::seconds seconds_of(const std::string& name, const std::string& text);
uint64_t positive_of(const std::string& name, const std::string& text, uint64_t max);

/// --json and --no-color.
void add_output(CLI::App& app, Shared& shared);
/// --sort by one of `keys`, words with '|' between them.
void add_sort(CLI::App& app, Shared& shared, const std::string& keys);
/// --top N.
void add_top(CLI::App& app, Shared& shared);

/// --class, --module, --min-age and --min-bytes, into `query`.
void add_site_filters(CLI::App& app, Shared& shared, ListOptions& query);
/// The keys of add_sort() for sites; complete_site_query() reads them.
extern const char* const site_sort_keys;
/// What --sort and --top say of `query`, and whether its options go together; throws.
void complete_site_query(const Shared& shared, const CLI::App& app, ListOptions& query);

/// --thresholds FILE.
void add_thresholds(CLI::App& app, Shared& shared, std::optional<std::filesystem::path>& file);

} // namespace ghostmem::commands
