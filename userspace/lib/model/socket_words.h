// Words for the families, types, protocols and states of sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/socket.h"

namespace ghostmem {

/// Return stable words, the ones that JSON and the command line use; "family_45", "type_7" ... for
/// a number without a word.
std::string family_word(const Socket& socket);
std::string type_word(const Socket& socket);
/// "tcp", "udp", "ipv6-icmp", "route" (netlink), "ip" (packet: an ethertype); "proto_7".
std::string protocol_word(const Socket& socket);
std::string state_word(const Socket& socket);

/// The state as ss(8) writes it: "ESTAB", "LISTEN", "UNCONN".
std::string state_label(const Socket& socket);
/// A word for both family and protocol: "tcp", "tcp6", "raw6", "unix", "packet".
std::string kind_label(const Socket& socket);

/// The argument of --family: a family or, for IPv4 and IPv6, a protocol, raw or ping.
class FamilyFilter {
  public:
    /// nullopt: there is no such word.
    static std::optional<FamilyFilter> parse(std::string_view word);
    static std::vector<std::string> known();
    [[nodiscard]] bool matches(const Socket& socket) const;
    [[nodiscard]] const std::string& word() const { return word_; }

  private:
    explicit FamilyFilter(std::string_view word) : word_(word) {}
    std::string word_;
};

/// Whether it is in a TCP state in which its process has closed it.
bool is_closing(const Socket& socket);
bool is_listening(const Socket& socket);
/// Whether its family is IPv4 or IPv6.
bool is_inet(const Socket& socket);

} // namespace ghostmem
