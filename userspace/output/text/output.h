// For people at a terminal, or reading a file later.
#pragma once

#include <ostream>
#include <string>

#include "output/output.h"
#include "output/text/style.h"
#include "output/text/table.h"

namespace ghostmem::output {

class TextOutput : public Output {
  public:
    TextOutput(std::ostream& out, bool colour) : out_(out), style_(colour) {}

    void status(const StatusReport& report) override;
    void sites(const SitesReport& report) override;
    void trace(const TraceReport& report) override;
    void sockets(const SocketsReport& report) override;
    void config(const Status& status) override;
    void reset() override;

  private:
    // text_status.cpp
    void heading(const StatusReport& report);
    void memory(const StatusReport& report);
    void memory_line(const Ledger& ledger, std::string_view what, uint64_t bytes,
                     std::string_view note);
    void unexplained(const Ledger& ledger);
    void hooks(const Status& status);
    void lost(const Status& status);
    void top_ghosts(const StatusReport& report);
    void sockets_in_status(const StatusReport& report);
    void verdict(const Verdict& verdict);

    // text_output.cpp
    void listing(const SitesReport& report, const std::string& noun);
    void growth_note(const SiteSelection& selection);

    // text_skbs.cpp
    void skb_listing(const SitesReport& report);
    // text_sockets.cpp, text_socket.cpp
    void socket_notes(const SocketsReport& report);
    void socket_in_full(const Socket& socket, const SocketsReport& report);

    std::ostream& out_;
    Style style_;
};

/// What is shown under a site's row.
std::vector<std::string> stack_lines(const SiteView& view);
/// What there is to say of sk_buffs that are watched.
std::string skb_line(const SkbStatus& skb);
/// How far an estimate may be off either way; nothing where the figure is exact.
std::string margin_cell(const SiteView& view);
/// "+1.2 MiB/min", "0 B/min"; "-" while it is not known.
std::string growth_cell(const SiteView& view);
/// "module", "module (unloaded)" or "-" for the kernel image.
std::string module_cell(const SiteView& view);
/// The age of the oldest page; ">" before a lower bound, "-" when nothing is held.
std::string age_cell(const SiteView& view);

} // namespace ghostmem::output
