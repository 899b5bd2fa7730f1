// What families, types, protocols and states of sockets are called.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/socket.h"

namespace ghostmem {

/// Stable words, the ones JSON and the command line use; "family_45", "type_7" ... where there
/// is none.
std::string family_word(const Socket& socket);
std::string type_word(const Socket& socket);
/// "tcp", "udp", "ipv6-icmp", "route" (netlink), "ip" (packet: an ethertype); "proto_7".
std::string protocol_word(const Socket& socket);
std::string state_word(const Socket& socket);

/// As ss(8) has it: "ESTAB", "LISTEN", "UNCONN".
std::string state_label(const Socket& socket);
/// A word for both family and protocol: "tcp", "tcp6", "raw6", "unix", "packet".
std::string kind_label(const Socket& socket);

/// What --family takes: a family, or a protocol of the internet's ones, raw or ping.
class FamilyFilter {
  public:
    /// nullopt: no such word.
    static std::optional<FamilyFilter> parse(std::string_view word);
    static std::vector<std::string> known();
    [[nodiscard]] bool matches(const Socket& socket) const;
    [[nodiscard]] const std::string& word() const { return word_; }

  private:
    explicit FamilyFilter(std::string_view word) : word_(word) {}
    std::string word_;
};

/// The states of TCP that close a socket: its process has let go of it.
bool is_closing(const Socket& socket);
bool is_listening(const Socket& socket);
/// Of the internet's families: IPv4 and IPv6.
bool is_inet(const Socket& socket);

} // namespace ghostmem
