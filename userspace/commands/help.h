// leakctl help: the help of leakctl or of one command.
#pragma once

#include <string>

#include "commands/command.h"

namespace ghostmem::commands {

/// Returns what `leakctl --help` prints, or with a word `leakctl WORD --help`. Throws
/// CLI::ValidationError if the word is no command.
std::string help_text(const CLI::App& root, const std::string& word);

} // namespace ghostmem::commands
