// The real DiagSource: sock_diag(7) over libmnl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/sock_diag/source.h"

namespace ghostmem {

struct DiagKind;
struct DiagReply;

class SockDiag : public DiagSource {
  public:
    /// root: where /proc is. capture: as for GenlClient.
    explicit SockDiag(std::filesystem::path root,
                      std::optional<std::filesystem::path> capture = std::nullopt);

    DiagDump sockets(const NetNamespace& where) override;

  private:
    class Connection;

    [[nodiscard]] bool kernel_has(const DiagKind& kind) const;
    void save(std::span<const std::byte> bytes) const;

    std::optional<std::filesystem::path> capture_;
    std::vector<std::string> protocols_; ///< of /proc/net/protocols; empty: not known
};

} // namespace ghostmem
