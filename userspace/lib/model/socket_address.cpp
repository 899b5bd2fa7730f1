#include "lib/model/socket_address.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lib/base/words.h"

namespace ghostmem {

namespace {

std::string with_port(std::string host, std::optional<uint16_t> port) {
    return port ? host + ":" + std::to_string(*port) : host;
}

// nullopt if the address is too short. A longer one is from a later kernel and is accepted.
template <typename T> std::optional<T> as(std::span<const std::byte> address) {
    if (address.size() < sizeof(T))
        return std::nullopt;
    T value{};
    std::memcpy(&value, address.data(), sizeof(T));
    return value;
}

std::optional<uint16_t> port_of(uint16_t network_order, bool raw) {
    if (raw)
        return std::nullopt;
    return ntohs(network_order);
}

std::optional<std::string> inet(std::span<const std::byte> address, bool raw) {
    const auto in = as<sockaddr_in>(address);
    if (!in)
        return std::nullopt;
    return format_inet(&in->sin_addr, port_of(in->sin_port, raw));
}

std::optional<std::string> inet6(std::span<const std::byte> address, bool raw) {
    const auto in = as<sockaddr_in6>(address);
    if (!in)
        return std::nullopt;
    return format_inet6(&in->sin6_addr, in->sin6_scope_id, port_of(in->sin6_port, raw));
}

std::optional<std::string> unix_name(std::span<const std::byte> address) {
    if (address.size() > sizeof(sockaddr_un))
        return std::nullopt;
    return format_unix(address.subspan(offsetof(sockaddr_un, sun_path)));
}

std::optional<std::string> netlink(std::span<const std::byte> address) {
    const auto nl = as<sockaddr_nl>(address);
    if (!nl)
        return std::nullopt;
    return std::to_string(nl->nl_pid);
}

std::optional<std::string> packet(std::span<const std::byte> address) {
    // The kernel truncates it after the hardware address, which may be shorter than sll_addr.
    if (address.size() < offsetof(sockaddr_ll, sll_addr))
        return std::nullopt;
    sockaddr_ll ll{};
    std::memcpy(&ll, address.data(), std::min(address.size(), sizeof(ll)));
    return format_packet(static_cast<uint32_t>(ll.sll_ifindex));
}

std::optional<std::string> vsock(std::span<const std::byte> address) {
    const auto vm = as<sockaddr_vm>(address);
    if (!vm)
        return std::nullopt;
    return format_vsock(vm->svm_cid, vm->svm_port);
}

} // namespace

std::string format_inet(const void* four_bytes, std::optional<uint16_t> port) {
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, four_bytes, text.data(), text.size());
    return with_port(text.data(), port);
}

std::string format_inet6(const void* sixteen_bytes, uint32_t scope, std::optional<uint16_t> port) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, sixteen_bytes, text.data(), text.size());
    const std::string host = scope == 0 ? text.data() : fmt::format("{}%{}", text.data(), scope);
    return with_port("[" + host + "]", port);
}

std::string format_unix(std::span<const std::byte> name) {
    std::string text(reinterpret_cast<const char*>(name.data()), name.size());
    // A path may include its final NUL; in an abstract name every NUL is significant.
    if (!text.empty() && text.front() != '\0')
        text = text.substr(0, text.find('\0'));
    std::ranges::replace(text, '\0', '@');
    return printable(std::move(text));
}

std::string format_packet(uint32_t ifindex) {
    return ifindex == 0 ? "*" : fmt::format("ifindex {}", ifindex);
}

std::string format_vsock(uint32_t cid, uint32_t port) {
    const auto word = [](uint32_t value) {
        return value == UINT32_MAX ? std::string("*") : std::to_string(value);
    };
    return word(cid) + ":" + word(port);
}

std::optional<std::string> format_address(std::span<const std::byte> address, bool raw) {
    const auto family = as<sa_family_t>(address);
    if (!family)
        return std::nullopt;
    switch (*family) {
    case AF_INET:
        return inet(address, raw);
    case AF_INET6:
        return inet6(address, raw);
    case AF_UNIX:
        return unix_name(address);
    case AF_NETLINK:
        return netlink(address);
    case AF_PACKET:
        return packet(address);
    case AF_VSOCK:
        return vsock(address);
    default:
        // A family without a textual form here is not an error; its address is empty.
        return std::string();
    }
}

} // namespace ghostmem
