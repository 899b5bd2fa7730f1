// What is wrong with a command line that the parser refused, in our own words: those of the parser
// differ from one version of its library to the next.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace ghostmem {

/// Returns the first thing that is wrong with the words, in one line; empty if nothing is found.
/// The app has all commands and their options.
std::string parse_problem(const CLI::App& root, const std::vector<std::string>& words);

} // namespace ghostmem
