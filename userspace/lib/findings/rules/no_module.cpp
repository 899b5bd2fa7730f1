// Nothing can be attributed, because the module is not there.
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

std::string capitalized(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::vector<Finding> find(const VerdictInput& in) {
    if (in.recorded)
        return {{.sentence =
                     "Nothing can be attributed from recorded files: on the host itself, leakctl "
                     "status with the module tells who holds what."}};
    if (in.status)
        return {};
    if (!in.why_no_module.empty())
        return {{.sentence = "Nothing can be attributed: " + in.why_no_module + "."}};
    std::vector<Finding> findings{
        {.sentence = "Nothing can be attributed: the ghostmem module is not loaded (load it: "
                     "modprobe ghostmem)."}};
    if (in.load_policy.signed_only())
        findings.push_back({.sentence = capitalized(in.load_policy.advice()) + "."});
    return findings;
}

} // namespace

extern const Rule no_module_rule{
    .name = "no_module",
    .finds = "The module is not loaded, or it does not answer (it is being loaded, or this user "
             "may not ask it), or the files of another host are judged (`--root`).",
    .levels = "A warning.",
    .sure = "Certain.",
    .check = "`lsmod`; where only signed modules may be loaded, the finding says what to do.",
    .find = find,
};

} // namespace ghostmem
