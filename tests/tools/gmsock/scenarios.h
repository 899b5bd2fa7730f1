// The scenarios: each function sets up a situation, reports it, and holds it until SIGTERM.
#pragma once

#include "gmsock/arguments.h"

namespace gmsock {

// Receivers that never read, and the senders that fill them.
int raw6_sink(Arguments arguments);
int raw6_flood(Arguments arguments);
int udp_unread(Arguments arguments);
int udp_flood(Arguments arguments);
int unix_datagrams(Arguments arguments);
int unix_stream(Arguments arguments);
int vsock_unread(Arguments arguments);
int netlink_unread(Arguments arguments);
int packet_unread(Arguments arguments);
int packet_ring(Arguments arguments);

// TCP.
int tcp_unread(Arguments arguments);
int tcp_unaccepted(Arguments arguments);
int tcp_orphan(Arguments arguments);
int tcp_shared(Arguments arguments);
int tcp_sendfile(Arguments arguments);
int tcp_scattered(Arguments arguments);
int tcp_out_of_order(Arguments arguments);
int tcp_busy(Arguments arguments);
int tcp_clients(Arguments arguments);

// Sockets without a process, and error queues.
int in_flight(Arguments arguments);
int icmp_errors(Arguments arguments);
int timestamps(Arguments arguments);

// Large numbers of sockets and sk_buffs.
int many_sockets(Arguments arguments);
int many_skbs(Arguments arguments);
int heartbeat(Arguments arguments);
int churn(Arguments arguments);

} // namespace gmsock
