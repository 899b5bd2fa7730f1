#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gmtraffic {

int serve(uint16_t port);
int send_to(const std::string& address, uint16_t port, size_t kib);

} // namespace gmtraffic
