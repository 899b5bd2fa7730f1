// Addresses of sockets, for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ghostmem {

/// A struct sockaddr of any family as ss(8) writes it: "10.0.0.1:80", "[::1]:80", "*:80",
/// "/run/x.sock", "@abstract", "812" (a netlink port), "3:1024" (vsock: CID and port). A raw
/// socket has no port. Empty: it has no address, or one of another family. nullopt: its size is
/// wrong.
std::optional<std::string> format_address(std::span<const std::byte> address, bool raw);

/// Likewise from the parts of an address, without a struct sockaddr. Ports are host-endian.
std::string format_inet(const void* four_bytes, std::optional<uint16_t> port);
std::string format_inet6(const void* sixteen_bytes, uint32_t scope, std::optional<uint16_t> port);
std::string format_unix(std::span<const std::byte> name);
std::string format_packet(uint32_t ifindex);
std::string format_vsock(uint32_t cid, uint32_t port);

} // namespace ghostmem
