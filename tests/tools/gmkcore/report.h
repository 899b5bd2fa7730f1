// The output of gmkcore as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "gmkcore/account.h"
#include "gmkcore/sockets.h"

namespace gmkcore {

nlohmann::json to_json(const Sums& sums);
nlohmann::json to_json(const Identity& identity);
nlohmann::json to_json(const Account& account);

} // namespace gmkcore
