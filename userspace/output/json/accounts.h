// Devices, modules and their events as JSON; docs/json.md is the contract.
#pragma once

#include <ostream>

#include "lib/findings/account_reports.h"

namespace ghostmem::output::json {

void devices(std::ostream& out, const DevicesReport& report);
void modules(std::ostream& out, const ModulesReport& report);
void events(std::ostream& out, const EventsReport& report);
/// One object in one line for each event, for a stream that does not end.
void event_lines(std::ostream& out, const EventsReport& report);

} // namespace ghostmem::output::json
