// Tests decode_diag() with recorded kernel answers, built messages, and damaged ones.
#include <algorithm>
#include <cstring>
#include <random>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "lib/base/error.h"
#include "lib/sock_diag/codec.h"
#include "output/json/sockets.h"
#include "support/captures.h"
#include "support/golden.h"

namespace ghostmem {
namespace {

using namespace test;

const DiagKind& kind(const std::string& word) {
    const auto all = diag_kinds();
    const auto at =
        std::ranges::find_if(all, [&](const DiagKind& each) { return each.word == word; });
    if (at == all.end())
        throw std::invalid_argument("no kind " + word);
    return *at;
}

DiagReply decoded(const std::string& bytes, const DiagKind& of,
                  std::optional<uint32_t> sequence = {}) {
    const std::vector<std::byte> copy = heap_copy(bytes);
    DiagReply reply;
    decode_diag(copy, reply, {of, 4026531840U, 4096, sequence});
    return reply;
}

Socket one(const std::string& bytes, const char* word) {
    const DiagReply reply = decoded(bytes, kind(word));
    EXPECT_EQ(reply.sockets.size(), 1U);
    return reply.sockets.at(0);
}

template <typename T> std::string raw_bytes(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

template <typename T> std::string diag(const T& body, const Attrs& attrs = {}) {
    MessageHead head;
    head.type = SOCK_DIAG_BY_FAMILY;
    head.flags = NLM_F_MULTI;
    return message(raw_bytes(body) + attrs.bytes(), head);
}

std::string memory(uint32_t receive, uint32_t sent, uint32_t queued, uint32_t backlog = 0) {
    const uint32_t values[SK_MEMINFO_VARS] = {receive, 212'992, sent,    212'992, 512,
                                              queued,  0,       backlog, 3};
    return raw_bytes(values);
}

inet_diag_msg tcp_message() {
    inet_diag_msg body{};
    body.idiag_family = AF_INET;
    body.idiag_state = TCP_ESTABLISHED;
    body.id.idiag_sport = htons(80);
    body.id.idiag_dport = htons(4711);
    body.id.idiag_src[0] = htonl(0x0a000001);
    body.id.idiag_dst[0] = htonl(0x0a000002);
    body.id.idiag_if = 2;
    body.id.idiag_cookie[0] = 7;
    body.id.idiag_cookie[1] = 1;
    body.idiag_rqueue = 3000;
    body.idiag_wqueue = 50;
    body.idiag_uid = 33;
    body.idiag_inode = 18'002;
    return body;
}

Attrs tcp_attrs() {
    tcp_info info{};
    info.tcpi_last_data_recv = 1234;
    return Attrs()
        .raw(INET_DIAG_SKMEMINFO, memory(6912, 11, 4096, 2304))
        .raw(INET_DIAG_INFO, raw_bytes(info))
        .u8(INET_DIAG_SHUTDOWN, 0);
}

TEST(DiagCodec, DecodesTcp) {
    const Socket socket = one(diag(tcp_message(), tcp_attrs()), "tcp");
    EXPECT_EQ(socket.inode, 18'002U);
    EXPECT_EQ(socket.cookie, 0x1'0000'0007U);
    EXPECT_EQ(socket.netns, 4026531840U);
    EXPECT_EQ(socket.type, uint32_t{SOCK_STREAM});
    EXPECT_EQ(socket.protocol, uint32_t{IPPROTO_TCP});
    EXPECT_EQ(socket.local, "10.0.0.1:80");
    EXPECT_EQ(socket.remote, "10.0.0.2:4711");
    EXPECT_EQ(socket.uid, 33U);
    EXPECT_EQ(socket.ifindex, 2U);
    EXPECT_EQ(socket.arrived_ms, 1234U);
    EXPECT_EQ(socket.flags, 0U);
    ASSERT_EQ(socket.queues.size(), 3U);
    EXPECT_EQ(socket.queues[0].name, "receive");
    EXPECT_EQ(socket.queues[0].held.bytes, 3000U);
    EXPECT_EQ(socket.queues[0].held.truesize_bytes, 6912U);
    // The send queue is WMEM_QUEUED; it does not include what the device still holds.
    EXPECT_EQ(socket.queue("write")->held.bytes, 50U);
    EXPECT_EQ(socket.queue("write")->held.truesize_bytes, 4096U);
    EXPECT_EQ(socket.queue("backlog")->held.truesize_bytes, 2304U);
    EXPECT_FALSE(socket.queue("backlog")->held.bytes);
    EXPECT_EQ(socket.held.truesize_bytes, 6912U + 4096 + 2304);
    EXPECT_FALSE(socket.held.bytes);
    EXPECT_FALSE(socket.held.pinned);
    EXPECT_FALSE(socket.held.skbs);
}

TEST(DiagCodec, WhatHasNoFileIsNotAcceptedOrAnOrphan) {
    inet_diag_msg body = tcp_message();
    body.idiag_inode = 0;
    const auto flags = [&](uint8_t state) {
        body.idiag_state = state;
        return one(diag(body, tcp_attrs()), "tcp").flags;
    };
    EXPECT_EQ(flags(TCP_ESTABLISHED), GHOSTMEM_SOCKET_F_UNACCEPTED);
    EXPECT_EQ(flags(TCP_CLOSE_WAIT), GHOSTMEM_SOCKET_F_UNACCEPTED);
    for (const int state : {TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_LAST_ACK, TCP_CLOSING})
        EXPECT_EQ(flags(static_cast<uint8_t>(state)), GHOSTMEM_SOCKET_F_ORPHAN);
}

TEST(DiagCodec, TimeWaitHoldsNothing) {
    inet_diag_msg body = tcp_message();
    body.idiag_state = TCP_TIME_WAIT;
    EXPECT_TRUE(decoded(diag(body), kind("tcp")).sockets.empty());
}

TEST(DiagCodec, AListeningSocketCountsConnectionsAndNotBytes) {
    inet_diag_msg body = tcp_message();
    body.idiag_state = TCP_LISTEN;
    body.idiag_rqueue = 7;
    body.idiag_wqueue = 511;
    const Socket socket =
        one(diag(body, tcp_attrs().raw(INET_DIAG_SKMEMINFO, memory(0, 0, 0))), "tcp");
    EXPECT_TRUE(socket.queues.empty());
    EXPECT_EQ(socket.held.bytes, 0U);
    EXPECT_FALSE(socket.arrived_ms);
}

TEST(DiagCodec, DatagramsHaveTruesizeAlone) {
    inet_diag_msg body = tcp_message();
    body.idiag_state = TCP_CLOSE;
    body.id.idiag_dport = 0;
    body.id.idiag_dst[0] = 0;
    body.idiag_rqueue = 6912;
    const std::string bytes =
        diag(body, Attrs().raw(INET_DIAG_SKMEMINFO, memory(6912, 2304, 9999)));
    const Socket socket = one(bytes, "udp");
    EXPECT_EQ(socket.type, uint32_t{SOCK_DGRAM});
    EXPECT_EQ(socket.remote, "");
    EXPECT_FALSE(socket.queue("receive")->held.bytes);
    EXPECT_EQ(socket.queue("receive")->held.truesize_bytes, 6912U);
    EXPECT_EQ(socket.queue("write")->held.truesize_bytes, 2304U);
    EXPECT_EQ(socket.held.truesize_bytes, 6912U + 2304);
}

TEST(DiagCodec, RawHasTheProtocolItWasMadeFor) {
    inet_diag_msg body = tcp_message();
    body.idiag_family = AF_INET6;
    body.idiag_state = TCP_CLOSE;
    body.id.idiag_dport = 0;
    std::memset(body.id.idiag_src, 0, sizeof(body.id.idiag_src));
    std::memset(body.id.idiag_dst, 0, sizeof(body.id.idiag_dst));
    const Socket socket = one(diag(body, Attrs()
                                             .raw(INET_DIAG_SKMEMINFO, memory(115'200, 0, 0))
                                             .u8(INET_DIAG_PROTOCOL, IPPROTO_ICMPV6)),
                              "raw6");
    EXPECT_EQ(socket.type, uint32_t{SOCK_RAW});
    EXPECT_EQ(socket.protocol, uint32_t{IPPROTO_ICMPV6});
    EXPECT_EQ(socket.local, "[::]");
    EXPECT_EQ(socket.held.truesize_bytes, 115'200U);
}

TEST(DiagCodec, DecodesUnix) {
    unix_diag_msg body{};
    body.udiag_family = AF_UNIX;
    body.udiag_type = SOCK_STREAM;
    body.udiag_state = TCP_ESTABLISHED;
    body.udiag_ino = 4711;
    const unix_diag_rqlen queued{50'000, 115'200};
    const Attrs attrs = Attrs()
                            .raw(UNIX_DIAG_NAME, std::string("\0bus", 4))
                            .u32(UNIX_DIAG_PEER, 4712)
                            .u32(UNIX_DIAG_UID, 5)
                            .raw(UNIX_DIAG_RQLEN, raw_bytes(queued))
                            .raw(UNIX_DIAG_MEMINFO, memory(0, 2304, 0));
    const Socket socket = one(diag(body, attrs), "unix");
    EXPECT_EQ(socket.local, "@bus");
    EXPECT_EQ(socket.remote, "inode 4712");
    EXPECT_EQ(socket.uid, 5U);
    EXPECT_EQ(socket.queue("receive")->held.bytes, 50'000U);
    EXPECT_EQ(socket.queue("receive")->held.truesize_bytes, 0U);
    EXPECT_EQ(socket.queue("write")->held.truesize_bytes, 2304U);
    // For datagram sockets, the kernel reports only the length of the first datagram.
    body.udiag_type = SOCK_DGRAM;
    EXPECT_EQ(one(diag(body, attrs), "unix").queue("receive"), nullptr);
    body.udiag_ino = 0;
    EXPECT_EQ(one(diag(body, attrs), "unix").flags, GHOSTMEM_SOCKET_F_UNACCEPTED);
    body.udiag_state = TCP_LISTEN;
    EXPECT_EQ(one(diag(body, attrs), "unix").queue("receive"), nullptr);
}

TEST(DiagCodec, DecodesNetlinkPacketAndVsock) {
    netlink_diag_msg netlink{};
    netlink.ndiag_family = AF_NETLINK;
    netlink.ndiag_type = SOCK_RAW;
    netlink.ndiag_protocol = NETLINK_GENERIC;
    netlink.ndiag_portid = 812;
    netlink.ndiag_ino = 77;
    const Socket generic =
        one(diag(netlink, Attrs().raw(NETLINK_DIAG_MEMINFO, memory(4352, 0, 0))), "netlink");
    EXPECT_EQ(generic.local, "812");
    EXPECT_EQ(generic.protocol, uint32_t{NETLINK_GENERIC});
    EXPECT_EQ(generic.held.truesize_bytes, 4352U);
    EXPECT_EQ(generic.flags, 0U);
    netlink.ndiag_portid = 0;
    EXPECT_EQ(one(diag(netlink), "netlink").flags, GHOSTMEM_SOCKET_F_KERNEL);

    packet_diag_msg packet{};
    packet.pdiag_family = AF_PACKET;
    packet.pdiag_type = SOCK_RAW;
    packet.pdiag_num = 3;
    packet.pdiag_ino = 78;
    packet_diag_info info{};
    info.pdi_index = 4;
    packet_diag_ring ring{};
    ring.pdr_block_size = 3 * 4096; // rounded up to a page order
    ring.pdr_block_nr = 8;
    const Socket sniffer = one(diag(packet, Attrs()
                                                .raw(PACKET_DIAG_INFO, raw_bytes(info))
                                                .u32(PACKET_DIAG_UID, 1000)
                                                .raw(PACKET_DIAG_RX_RING, raw_bytes(ring))
                                                .raw(PACKET_DIAG_MEMINFO, memory(0, 0, 0))),
                               "packet");
    EXPECT_EQ(sniffer.local, "ifindex 4");
    EXPECT_EQ(sniffer.uid, 1000U);
    EXPECT_EQ(sniffer.queue("rx_ring")->held.pinned->pages, 32U);
    EXPECT_EQ(sniffer.queue("rx_ring")->held.pinned->blocks, 8U);
    EXPECT_FALSE(sniffer.held.pinned);
    EXPECT_EQ(sniffer.held.truesize_bytes, 0U);

    vsock_diag_msg vsock{};
    vsock.vdiag_family = AF_VSOCK;
    vsock.vdiag_type = SOCK_STREAM;
    vsock.vdiag_state = TCP_LISTEN;
    vsock.vdiag_src_cid = UINT32_MAX;
    vsock.vdiag_src_port = 1024;
    vsock.vdiag_ino = 79;
    const Socket guest = one(diag(vsock), "vsock");
    EXPECT_EQ(guest.local, "*:1024");
    EXPECT_FALSE(guest.held.truesize_bytes);
    EXPECT_FALSE(guest.held.bytes);
}

TEST(DiagCodec, SeesEndsErrorsAndInterruptions) {
    EXPECT_TRUE(decoded(done_message(0), kind("tcp")).finished);
    EXPECT_EQ(decoded(done_message(-ENOENT), kind("tcp")).error, ENOENT);
    const DiagReply refused = decoded(error_message(-EINVAL, ""), kind("tcp"));
    EXPECT_TRUE(refused.finished);
    EXPECT_EQ(refused.error, EINVAL);
    MessageHead head;
    head.flags = NLM_F_DUMP_INTR;
    EXPECT_TRUE(decoded(done_message(0, head), kind("tcp")).interrupted);
    EXPECT_FALSE(decoded(diag(tcp_message()), kind("tcp")).finished);
}

TEST(DiagCodec, LeavesOutOtherSequencesAndTypes) {
    EXPECT_TRUE(decoded(diag(tcp_message()), kind("tcp"), 8).sockets.empty());
    EXPECT_EQ(decoded(diag(tcp_message()), kind("tcp"), 7).sockets.size(), 1U);
    EXPECT_TRUE(decoded(message(raw_bytes(tcp_message()), {}), kind("tcp")).sockets.empty());
}

enum class Result { decoded, refused };

Result try_decode(const std::string& bytes, const DiagKind& of) {
    try {
        decoded(bytes, of);
        return Result::decoded;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::protocol);
        return Result::refused;
    }
}

TEST(DiagCodec, RefusesWhatMakesNoSense) {
    const std::string tcp = diag(tcp_message(), tcp_attrs());
    EXPECT_EQ(try_decode(tcp, kind("tcp")), Result::decoded);
    EXPECT_EQ(try_decode(tcp, kind("unix")), Result::refused);
    EXPECT_EQ(try_decode(tcp, kind("tcp6")), Result::refused);
    for (size_t length = 1; length < tcp.size(); ++length) {
        std::string cut = tcp.substr(0, length);
        EXPECT_EQ(try_decode(cut, kind("tcp")), Result::refused) << length;
    }
}

TEST(DiagCodec, RefusesAttributesThatAreLongerThanTheirMessage) {
    for (const uint16_t length : {0, 3, 13, 200, 0xffff}) {
        std::string attribute = Attrs().raw(INET_DIAG_SKMEMINFO, "12345678").bytes();
        std::memcpy(attribute.data(), &length, sizeof(length));
        MessageHead head;
        head.type = SOCK_DIAG_BY_FAMILY;
        EXPECT_EQ(try_decode(message(raw_bytes(tcp_message()) + attribute, head), kind("tcp")),
                  Result::refused)
            << length;
    }
}

struct Recorded {
    const DiagKind* kind;
    uint32_t sequence;
};

// A session requests one kind after the other, with increasing sequence numbers.
std::vector<Recorded> kinds_in(const std::string& capture) {
    std::vector<Recorded> found;
    uint32_t sequence = 0;
    for (const DiagKind& each : diag_kinds()) {
        const auto reply = [&]() -> std::optional<DiagReply> {
            try {
                return decoded(capture, each, sequence + 1);
            } catch (const Error&) {
                return std::nullopt;
            }
        }();
        if (reply && reply->finished)
            found.push_back({&each, ++sequence});
    }
    return found;
}

TEST(DiagCodec, DecodesARecordedSessionToItsGolden) {
    const std::string capture = read_file(test_dir() + "/data/sockets-6.1.diag");
    output::json::Json json = output::json::Json::object();
    for (const Recorded& each : kinds_in(capture)) {
        output::json::Json sockets = output::json::Json::array();
        for (const Socket& socket : decoded(capture, *each.kind, each.sequence).sockets)
            sockets.push_back(output::json::socket_json(socket, 4096));
        json[each.kind->word] = sockets;
    }
    expect_golden("data/sockets-6.1.diag.json", output::json::to_text(json));
}

TEST(DiagFuzz, SurvivesFlippedBytesOfARecordedSession) {
    const std::string capture = read_file(test_dir() + "/data/sockets-6.1.diag");
    const auto kinds = kinds_in(capture);
    ASSERT_GT(kinds.size(), 8U);
    std::mt19937 random(20240601);
    int refused = 0;
    for (int round = 0; round < 10'000; ++round) {
        std::string bytes = capture;
        const unsigned flips = 1 + random() % 8;
        for (unsigned i = 0; i < flips; ++i)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        const Recorded& each = kinds[random() % kinds.size()];
        try {
            decoded(bytes, *each.kind, each.sequence);
        } catch (const Error&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 200);
}

TEST(DiagFuzz, SurvivesFlippedBytesOfEachKind) {
    std::mt19937 random(7);
    int refused = 0;
    for (const DiagKind& each : diag_kinds()) {
        std::string payload(80, '\0');
        payload[0] = static_cast<char>(each.family);
        MessageHead head;
        head.type = SOCK_DIAG_BY_FAMILY;
        const std::string whole = message(payload + tcp_attrs().bytes(), head);
        for (int round = 0; round < 3000; ++round) {
            std::string bytes = whole;
            const unsigned flips = 1 + random() % 6;
            for (unsigned i = 0; i < flips; ++i)
                bytes[random() % bytes.size()] = static_cast<char>(random());
            refused += try_decode(bytes, each) == Result::refused ? 1 : 0;
        }
    }
    EXPECT_GT(refused, 1000);
}

TEST(DiagFuzz, SurvivesNoise) {
    std::mt19937 random(42);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 200, '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(random());
        const DiagKind& each = diag_kinds()[random() % diag_kinds().size()];
        if (bytes.size() > 17 && round % 4 != 0) {
            const auto length = static_cast<uint32_t>(bytes.size());
            std::memcpy(bytes.data(), &length, sizeof(length));
            bytes[4] = round % 3 == 0 ? NLMSG_ERROR : SOCK_DIAG_BY_FAMILY;
            bytes[5] = 0;
            bytes[16] = static_cast<char>(each.family);
        }
        try_decode(bytes, each);
    }
}

} // namespace
} // namespace ghostmem
