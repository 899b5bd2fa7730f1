#include "lib/model/socket_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace ghostmem {

namespace {

struct Word {
    uint32_t number;
    std::string_view word;
};

// Numbers that older headers lack.
constexpr uint32_t af_qipcrtr = 42;
constexpr uint32_t af_smc = 43;
constexpr uint32_t af_xdp = 44;
constexpr uint32_t af_mctp = 45;
constexpr uint32_t ipproto_mptcp = 262;
constexpr uint32_t ipproto_smc = 256;
constexpr uint32_t tcp_new_syn_recv = 12;

constexpr Word families[] = {{AF_INET, "inet"},       {AF_INET6, "inet6"},
                             {AF_UNIX, "unix"},       {AF_NETLINK, "netlink"},
                             {AF_PACKET, "packet"},   {AF_VSOCK, "vsock"},
                             {af_xdp, "xdp"},         {AF_BLUETOOTH, "bluetooth"},
                             {AF_CAN, "can"},         {AF_TIPC, "tipc"},
                             {AF_ALG, "alg"},         {AF_KEY, "key"},
                             {AF_RDS, "rds"},         {AF_RXRPC, "rxrpc"},
                             {AF_KCM, "kcm"},         {af_smc, "smc"},
                             {af_qipcrtr, "qipcrtr"}, {af_mctp, "mctp"},
                             {AF_PPPOX, "pppox"},     {AF_NFC, "nfc"},
                             {AF_PHONET, "phonet"},   {AF_IEEE802154, "ieee802154"},
                             {AF_LLC, "llc"},         {AF_APPLETALK, "appletalk"},
                             {AF_AX25, "ax25"},       {AF_X25, "x25"}};

constexpr Word types[] = {
    {SOCK_STREAM, "stream"},       {SOCK_DGRAM, "dgram"}, {SOCK_RAW, "raw"},      {SOCK_RDM, "rdm"},
    {SOCK_SEQPACKET, "seqpacket"}, {SOCK_DCCP, "dccp"},   {SOCK_PACKET, "packet"}};

constexpr Word inet_protocols[] = {
    {IPPROTO_IP, "ip"},     {IPPROTO_ICMP, "icmp"}, {IPPROTO_IGMP, "igmp"},
    {IPPROTO_IPIP, "ipip"}, {IPPROTO_TCP, "tcp"},   {IPPROTO_UDP, "udp"},
    {IPPROTO_DCCP, "dccp"}, {IPPROTO_IPV6, "ipv6"}, {IPPROTO_GRE, "gre"},
    {IPPROTO_ESP, "esp"},   {IPPROTO_AH, "ah"},     {IPPROTO_ICMPV6, "ipv6-icmp"},
    {89, "ospf"},           {IPPROTO_PIM, "pim"},   {112, "vrrp"},
    {115, "l2tp"},          {IPPROTO_SCTP, "sctp"}, {IPPROTO_UDPLITE, "udplite"},
    {IPPROTO_RAW, "raw"},   {ipproto_smc, "smc"},   {ipproto_mptcp, "mptcp"}};

constexpr Word netlink_protocols[] = {{NETLINK_ROUTE, "route"},
                                      {NETLINK_USERSOCK, "usersock"},
                                      {NETLINK_SOCK_DIAG, "sock_diag"},
                                      {NETLINK_NFLOG, "nflog"},
                                      {NETLINK_XFRM, "xfrm"},
                                      {NETLINK_SELINUX, "selinux"},
                                      {NETLINK_ISCSI, "iscsi"},
                                      {NETLINK_AUDIT, "audit"},
                                      {NETLINK_FIB_LOOKUP, "fib_lookup"},
                                      {NETLINK_CONNECTOR, "connector"},
                                      {NETLINK_NETFILTER, "netfilter"},
                                      {NETLINK_KOBJECT_UEVENT, "kobject_uevent"},
                                      {NETLINK_GENERIC, "generic"},
                                      {NETLINK_SCSITRANSPORT, "scsitransport"},
                                      {NETLINK_RDMA, "rdma"},
                                      {NETLINK_CRYPTO, "crypto"}};

constexpr Word ethertypes[] = {
    {ETH_P_ALL, "all"},   {ETH_P_802_2, "802.2"},  {ETH_P_IP, "ip"},     {ETH_P_ARP, "arp"},
    {ETH_P_IPV6, "ipv6"}, {ETH_P_8021Q, "802.1q"}, {ETH_P_PAE, "eapol"}, {ETH_P_LLDP, "lldp"}};

struct State {
    uint32_t number;
    std::string_view word;
    std::string_view label;
};

// Every family that has states uses those of TCP; for netlink, only connected or not.
constexpr State states[] = {{TCP_ESTABLISHED, "established", "ESTAB"},
                            {TCP_SYN_SENT, "syn_sent", "SYN-SENT"},
                            {TCP_SYN_RECV, "syn_recv", "SYN-RECV"},
                            {TCP_FIN_WAIT1, "fin_wait1", "FIN-WAIT-1"},
                            {TCP_FIN_WAIT2, "fin_wait2", "FIN-WAIT-2"},
                            {TCP_TIME_WAIT, "time_wait", "TIME-WAIT"},
                            {TCP_CLOSE, "close", "UNCONN"},
                            {TCP_CLOSE_WAIT, "close_wait", "CLOSE-WAIT"},
                            {TCP_LAST_ACK, "last_ack", "LAST-ACK"},
                            {TCP_LISTEN, "listen", "LISTEN"},
                            {TCP_CLOSING, "closing", "CLOSING"},
                            {tcp_new_syn_recv, "new_syn_recv", "SYN-RECV"}};

std::string find(std::span<const Word> words, uint32_t number, std::string_view otherwise) {
    for (const Word& each : words) {
        if (each.number == number)
            return std::string(each.word);
    }
    return std::string(otherwise) + "_" + std::to_string(number);
}

uint32_t state_number(const Socket& socket) {
    if (socket.family == AF_NETLINK)
        return socket.state == TCP_ESTABLISHED ? socket.state : uint32_t{TCP_CLOSE};
    return socket.state;
}

const State* find_state(const Socket& socket) {
    const auto* at = std::ranges::find(states, state_number(socket), &State::number);
    return at == std::end(states) ? nullptr : at;
}

bool is_raw(const Socket& socket) {
    return is_inet(socket) && socket.type == SOCK_RAW;
}

bool is_ping(const Socket& socket) {
    return is_inet(socket) && socket.type == SOCK_DGRAM &&
           (socket.protocol == IPPROTO_ICMP || socket.protocol == IPPROTO_ICMPV6);
}

// The usual word for a kind of IPv4 or IPv6 socket.
std::string inet_kind(const Socket& socket) {
    if (is_raw(socket))
        return "raw";
    if (is_ping(socket))
        return "ping";
    return protocol_word(socket);
}

constexpr std::array<std::string_view, 8> inet_kinds{"tcp",  "udp",  "udplite", "raw",
                                                     "ping", "sctp", "dccp",    "mptcp"};

} // namespace

bool is_inet(const Socket& socket) {
    return socket.family == AF_INET || socket.family == AF_INET6;
}

std::string family_word(const Socket& socket) {
    return find(families, socket.family, "family");
}

std::string type_word(const Socket& socket) {
    return find(types, socket.type, "type");
}

std::string protocol_word(const Socket& socket) {
    switch (socket.family) {
    case AF_INET:
    case AF_INET6:
        return find(inet_protocols, socket.protocol, "proto");
    case AF_NETLINK:
        return find(netlink_protocols, socket.protocol, "proto");
    case AF_PACKET:
        return find(ethertypes, socket.protocol, "proto");
    default:
        return socket.protocol == 0 ? family_word(socket)
                                    : "proto_" + std::to_string(socket.protocol);
    }
}

std::string state_word(const Socket& socket) {
    const State* state = find_state(socket);
    return state != nullptr ? std::string(state->word) : "state_" + std::to_string(socket.state);
}

std::string state_label(const Socket& socket) {
    const State* state = find_state(socket);
    return state != nullptr ? std::string(state->label) : std::to_string(socket.state);
}

std::string kind_label(const Socket& socket) {
    if (!is_inet(socket))
        return family_word(socket);
    return inet_kind(socket) + (socket.family == AF_INET6 ? "6" : "");
}

std::vector<std::string> FamilyFilter::known() {
    std::vector<std::string> words;
    for (const Word& each : families)
        words.emplace_back(each.word);
    words.insert(words.end(), inet_kinds.begin(), inet_kinds.end());
    return words;
}

std::optional<FamilyFilter> FamilyFilter::parse(std::string_view word) {
    const std::vector<std::string> words = known();
    if (std::ranges::find(words, word) == words.end())
        return std::nullopt;
    return FamilyFilter(word);
}

bool FamilyFilter::matches(const Socket& socket) const {
    if (family_word(socket) == word_)
        return true;
    return is_inet(socket) && inet_kind(socket) == word_;
}

bool is_closing(const Socket& socket) {
    if (!is_inet(socket))
        return false;
    switch (socket.state) {
    case TCP_FIN_WAIT1:
    case TCP_FIN_WAIT2:
    case TCP_LAST_ACK:
    case TCP_CLOSING:
        return true;
    default:
        return false;
    }
}

bool is_listening(const Socket& socket) {
    return socket.family != AF_NETLINK && socket.state == TCP_LISTEN;
}

} // namespace ghostmem
