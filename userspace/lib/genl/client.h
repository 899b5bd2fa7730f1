// The module over generic netlink. Its sites are as the module sends them: samples, and without the
// identity of their code.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "lib/model/module_source.h"

namespace ghostmem {

class Connection;
struct Reply;

/// Connects at its first operation. Throws errors as ModuleSource documents them, with messages
/// that say what to do next.
class GenlClient : public ModuleSource {
  public:
    /// root: where /sys is, to distinguish a module that is not loaded from one that is not visible
    /// in this network namespace. capture: a file to which the bytes of all answers are appended,
    /// for tests that replay them.
    explicit GenlClient(std::filesystem::path root,
                        std::optional<std::filesystem::path> capture = std::nullopt);
    ~GenlClient() override;
    GenlClient(const GenlClient&) = delete;
    GenlClient& operator=(const GenlClient&) = delete;

    Status status() override;
    std::vector<Site> sites(const SiteFilter& filter) override;
    SocketDump sockets(std::optional<uint32_t> top) override;
    std::vector<Site> skb_sites() override;
    PageCensus zones() override;
    void start_search() override;
    void stop_search() override;
    SearchState search() override;
    std::optional<SearchResult> search_result() override;
    void reset() override;
    void configure(const ConfigChange& change) override;

  private:
    struct DumpTrouble;

    Connection& connection();
    void check_abi();
    template <typename Function> Reply dump(int command, const DumpTrouble& trouble, Function fill);

    std::filesystem::path root_;
    std::optional<std::filesystem::path> capture_;
    std::unique_ptr<Connection> connection_;
    bool abi_checked_ = false;
};

} // namespace ghostmem
