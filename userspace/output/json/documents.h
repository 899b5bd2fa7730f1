// The documents of docs/json.md.
#pragma once

#include <nlohmann/json.hpp>

#include "lib/findings/report.h"

namespace ghostmem::output {

/// Raised when a key goes away or changes its meaning; new keys do not raise it.
inline constexpr int json_schema_version = 2;

using Json = nlohmann::ordered_json;

Json to_json(const SiteView& view);

/// Documents, with schema_version.
Json status_document(const StatusReport& report);
Json sites_document(const SitesReport& report);
Json trace_document(const TraceReport& report);
Json config_document(const Status& status);
/// Both of the above in one; the sites are those given.
Json export_document(const StatusReport& report, const SiteSelection& selection);

/// Two spaces of indent and a newline at the end; never throws on odd strings.
std::string to_text(const Json& document);

} // namespace ghostmem::output
