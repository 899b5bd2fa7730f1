// For other programs: one top-level object a command, as docs/json.md says.
#pragma once

#include <ostream>

#include "output/output.h"

namespace ghostmem::output {

class JsonOutput : public Output {
  public:
    explicit JsonOutput(std::ostream& out) : out_(out) {}

    void status(const StatusReport& report) override;
    void sites(const SitesReport& report) override;
    void trace(const TraceReport& report) override;
    void sockets(const SocketsReport& report) override;
    void config(const Status& status) override;
    void reset() override;
    void everything(const StatusReport& report, const SiteSelection& selection);

  private:
    std::ostream& out_;
};

} // namespace ghostmem::output
