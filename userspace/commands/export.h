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
    std::optional<std::filesystem::path> file; ///< replaced at once; nullopt: the context's stream
    std::optional<std::filesystem::path> thresholds;
};

/// Without a module prometheus gets ghostmem_up 0 and the ledger, the others nothing;
/// Error(no_module) is thrown in any case.
int export_all(const Context& context, const ExportArguments& arguments);

} // namespace ghostmem::commands
