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

// What user space is told to offer a dump at least; small, so that a dump takes several.
constexpr size_t small_buffer = 8192;
// A paused dump has one datagram with us and one in the queue; it must want to go on.
constexpr size_t datagrams_wanted = 4;

// What a dump has brought so far.
class Dump {
  public:
    // The rest of a dump has had its first message.
    explicit Dump(bool headed = false) : headed_(headed) {}

    void take(const std::vector<Message>& datagram);
    [[nodiscard]] bool finished() const { return verdict_.has_value(); }
    [[nodiscard]] size_t datagrams() const { return datagrams_; }
    [[nodiscard]] size_t sites() const { return sites_; }
    [[nodiscard]] uint32_t last_id() const { return last_id_; }
    [[nodiscard]] bool interrupted() const { return interrupted_; }
    [[nodiscard]] const Verdict& verdict() const { return *verdict_; }
    // Empty if every site was as the protocol promises.
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

// Waits for a place among the dumps where others have just been closed.
Dump whole_dump(const Peer& peer);

void check_dump(Tap& tap, const Dump& dump, const std::string& name);

// Without several datagrams none of the dump tests would test a thing.
bool check_long_enough(Tap& tap, const Peer& peer);

} // namespace gmnl
