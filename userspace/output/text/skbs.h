// `leakctl sites --class skb` as text, and its line in `leakctl status`.
#pragma once

#include <ostream>
#include <string>

#include "lib/findings/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void skb_listing(std::ostream& out, const Style& style, const SitesReport& report);
/// What there is to say of sk_buffs that are watched.
std::string skb_line(const SkbStatus& skb);

} // namespace ghostmem::output::text
