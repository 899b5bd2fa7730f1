// `leakctl sites --class skb` as text, and its line in `leakctl status`.
#pragma once

#include <ostream>
#include <string>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void skb_listing(std::ostream& out, const Style& style, const SitesReport& report);
/// Summarizes the sk_buff tracker in one line.
std::string skb_line(const SkbStatus& skb);

} // namespace ghostmem::output::text
