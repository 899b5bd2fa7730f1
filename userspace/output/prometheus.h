// Prometheus text exposition format 0.0.4, for node_exporter's textfile collector.
#pragma once

#include <ostream>

#include "lib/findings/report.h"

namespace ghostmem::output {

class PrometheusOutput {
  public:
    explicit PrometheusOutput(std::ostream& out) : out_(out) {}

    /// Without a module: ghostmem_up 0 and the ledger. `selection` is what gets a
    /// series of its own; the rest of what matched is told as one sum.
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
