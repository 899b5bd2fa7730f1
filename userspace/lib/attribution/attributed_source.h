// The sites of a module with the identity of their code, and with estimates in place of samples.
#pragma once

#include <filesystem>

#include "lib/model/module_source.h"

namespace ghostmem {

/// Asks another source, and adds to its sites. All else is passed through.
class AttributedSource : public ModuleSource {
  public:
    /// root: where the /sys and /proc of the module's host are. source has to outlive this.
    AttributedSource(ModuleSource& source, std::filesystem::path root);

    Status status() override { return source_.status(); }
    std::vector<Site> sites(const SiteFilter& filter) override;
    std::vector<Site> skb_sites() override;
    SocketDump sockets(std::optional<uint32_t> top) override { return source_.sockets(top); }
    PageCensus zones() override { return source_.zones(); }
    void start_search() override { source_.start_search(); }
    void stop_search() override { source_.stop_search(); }
    SearchState search() override { return source_.search(); }
    std::optional<SearchResult> search_result() override { return source_.search_result(); }
    void reset() override { source_.reset(); }
    void configure(const ConfigChange& change) override { source_.configure(change); }

  private:
    ModuleSource& source_;
    std::filesystem::path root_;
};

} // namespace ghostmem
