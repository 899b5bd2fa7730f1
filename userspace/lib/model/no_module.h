// The module of a host of which only files are there.
#pragma once

#include <optional>
#include <vector>

#include "lib/base/error.h"
#include "lib/model/module_source.h"

namespace ghostmem {

/// Every operation throws Error(no_module).
class NoModule : public ModuleSource {
  public:
    Status status() override { absent(); }
    std::vector<Site> sites(const SiteFilter& /* filter */) override { absent(); }
    std::vector<Site> skb_sites() override { absent(); }
    SocketDump sockets(std::optional<uint32_t> /* top */) override { absent(); }
    PageCensus zones() override { absent(); }
    void start_search() override { absent(); }
    void stop_search() override { absent(); }
    SearchState search() override { absent(); }
    std::optional<SearchResult> search_result() override { absent(); }
    void reset() override { absent(); }
    void configure(const ConfigChange& /* change */) override { absent(); }

  private:
    [[noreturn]] static void absent() {
        throw Error(ErrorKind::no_module, "recorded files have no module; run leakctl on the host");
    }
};

} // namespace ghostmem
