#include "output/json/reset.h"

#include "output/json/values.h"

namespace ghostmem::output::json {

void reset(std::ostream& out, const ResetReport& /* report */) {
    Json json = document();
    json["reset"] = true;
    out << to_text(json);
}

} // namespace ghostmem::output::json
