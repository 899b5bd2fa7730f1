#include "reference/verdicts.h"

#include "lib/findings/rule.h"
#include "lib/findings/thresholds.h"

namespace ghostmem::reference {

void rules(std::ostream& out, const CommandLine&) {
    for (const Rule* rule : all_rules()) {
        out << "\n## `" << rule->name << "`\n\n"
            << rule->finds << "\n\n**Level.** " << rule->levels << "\n\n**Confidence.** "
            << rule->sure << "\n\n**To check it.** " << rule->check << '\n';
    }
    out << '\n';
}

void thresholds(std::ostream& out, const CommandLine&) {
    out << "\n| threshold | default | what it is |\n|---|---|---|\n";
    for (const Threshold& threshold : all_thresholds())
        out << "| `" << threshold.name << "` | " << threshold.text << " | " << threshold.meaning
            << " |\n";
    out << '\n';
}

} // namespace ghostmem::reference
