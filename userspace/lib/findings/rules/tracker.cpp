// The tracker does not record at the moment.
#include <fmt/format.h>

#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

std::vector<Finding> find(const VerdictInput& in) {
    if (!in.status)
        return {};
    const Status& status = *in.status;
    if (status.disabled_reason)
        return {{.sentence = fmt::format("The tracker has turned itself off: {}.",
                                         *status.disabled_reason)}};
    if (status.change)
        return {{.sentence = fmt::format(
                     "Nothing is attributed at the moment: the tracker is {}; ask again.",
                     name_of(*status.change))}};
    if (status.mode == Mode::off)
        return {{.sentence = "Nothing is attributed: tracking is off (turn it on: leakctl config "
                             "mode=sampled)."}};
    return {};
}

} // namespace

extern const Rule tracker_rule{
    .name = "tracker",
    .finds = "The module is loaded but does not record: its mode is `off`, it is changing modes at "
             "the moment, or it has turned "
             "itself off after it found one of its own records damaged.",
    .levels = "A warning.",
    .sure = "Certain.",
    .check = "`leakctl config` shows the mode. A tracker that has turned itself off gives its "
             "reason; please report it.",
    .find = find,
};

} // namespace ghostmem
