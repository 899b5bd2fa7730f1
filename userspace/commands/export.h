// leakctl export: everything, for other programs.
#pragma once

#include <filesystem>
#include <optional>

#include "commands/command.h"
#include "lib/attribution/site_query.h"

namespace ghostmem::commands {

enum class ExportFormat { json, folded, prometheus };

struct ExportArguments {
    ExportFormat format = ExportFormat::json;
    ListOptions list;                          ///< json: all classes unless it names some
    std::optional<std::filesystem::path> file; ///< replaced atomically; nullopt: context.out
    std::optional<std::filesystem::path> thresholds;
};

/// Exports status and sites. If the module is not loaded or does not record, prometheus prints
/// ghostmem_up 0 and the ledger, the other formats print nothing and replace no file, and all of
/// them throw the Error that says why.
int export_all(const Context& context, const ExportArguments& arguments);

} // namespace ghostmem::commands
