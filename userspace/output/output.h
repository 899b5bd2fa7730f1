// Where commands' results go. A stream is injected into each implementation.
#pragma once

#include "lib/findings/report.h"

namespace ghostmem::output {

class Output {
  public:
    virtual ~Output() = default;

    virtual void status(const StatusReport& report) = 0;
    virtual void sites(const SitesReport& report) = 0;
    virtual void trace(const TraceReport& report) = 0;
    virtual void sockets(const SocketsReport& report) = 0;
    virtual void config(const Status& status) = 0;
    virtual void reset() = 0;
};

} // namespace ghostmem::output
