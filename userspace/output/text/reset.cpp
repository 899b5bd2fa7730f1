#include "output/text/reset.h"

namespace ghostmem::output::text {

void reset(std::ostream& out, const Style& /* style */, const ResetReport& /* report */) {
    out << "reset: all records are forgotten, recording starts again from now\n";
}

} // namespace ghostmem::output::text
