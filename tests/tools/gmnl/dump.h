// A dump of the sites, read datagram by datagram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gmnl/message.h"
#include "gmnl/peer.h"
#include "gmnl/tap.h"
#include "gmnl/verdict.h"

namespace gmnl {

// The minimum buffer size that user space is told to use for a dump. It is small, so that a dump
// takes several datagrams.
constexpr size_t small_buffer = 8192;
// In a paused dump we have read one datagram and one is queued; there must be more to come.
constexpr size_t datagrams_wanted = 4;

// What has been received of a dump so far.
class Dump {
  public:
    // @headed: the first message has already been received, and only the rest follows.
    explicit Dump(bool headed = false) : headed_(headed) {}

    void take(const std::vector<Message>& datagram);
    [[nodiscard]] bool finished() const { return verdict_.has_value(); }
    [[nodiscard]] size_t datagrams() const { return datagrams_; }
    [[nodiscard]] size_t sites() const { return sites_; }
    [[nodiscard]] uint32_t last_id() const { return last_id_; }
    [[nodiscard]] bool interrupted() const { return interrupted_; }
    [[nodiscard]] const Verdict& verdict() const { return *verdict_; }
    // Empty if every site conformed to the protocol.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] std::string text() const;

  private:
    void take_site(const Message& message);

    size_t datagrams_ = 0;
    size_t sites_ = 0;
    uint32_t last_id_ = 0;
    bool headed_;
    bool interrupted_ = false;
    std::optional<Verdict> verdict_;
    std::string problem_;
};

// Reads a whole dump. Retries while dumps that were just closed still count as open.
Dump whole_dump(const Peer& peer);

void check_dump(Tap& tap, const Dump& dump, const std::string& name);

// Checks that a dump takes several datagrams; otherwise the dump tests would test nothing.
bool check_long_enough(Tap& tap, const Peer& peer);

} // namespace gmnl
