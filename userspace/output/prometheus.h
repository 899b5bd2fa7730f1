// Prometheus text exposition format 0.0.4, for node_exporter's textfile collector.
#pragma once

#include <ostream>

#include "lib/findings/report.h"

namespace ghostmem::output {

class PrometheusOutput {
  public:
    explicit PrometheusOutput(std::ostream& out) : out_(out) {}

    /// Without the module, prints ghostmem_up 0 and the ledger only. Each site in `selection`
    /// gets a series of its own; all other matching sites are reported as one sum.
    void metrics(const StatusReport& report, const SiteSelection& selection);

  private:
    void family(const char* name, const char* type, const char* help);
    void ledger(const Ledger& ledger);
    void tracker(const Status& status);
    void sockets(const SocketSummary& summary, uint32_t page_size);
    void sites(const SiteSelection& selection, const Sampling& sampling);

    std::ostream& out_;
};

} // namespace ghostmem::output
