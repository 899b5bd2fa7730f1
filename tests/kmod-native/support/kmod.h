// The kernel module's tables, and the shim that they are compiled against here, for C++.
#pragma once

// Must be included before the kernel's min(), which is a macro.
#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <vector>

extern "C" {
#include "shim.h"

#include "accounts/accounts.h"
#include "accounts/report.h"
#include "tables/page_map.h"
#include "tables/site_table.h"
#include "tables/skb_table.h"
}

#undef min
#undef min_t
