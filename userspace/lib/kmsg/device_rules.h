// Rules about messages of networks, disks, buses and modules, in the format of a file of rules.
#pragma once

#include <string_view>

namespace ghostmem {

extern const std::string_view device_kmsg_rules_text;

} // namespace ghostmem
