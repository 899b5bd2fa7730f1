// The scenarios, one function each: makes a situation, tells of it, and holds it until SIGTERM.
#pragma once

#include "gmsock/arguments.h"

namespace gmsock {

// Sinks and what fills them.
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
int tcp_out_of_order(Arguments arguments);
int tcp_busy(Arguments arguments);
int tcp_clients(Arguments arguments);

// Of no process, and of error queues.
int in_flight(Arguments arguments);
int icmp_errors(Arguments arguments);
int timestamps(Arguments arguments);

// Many of them.
int many_sockets(Arguments arguments);
int many_skbs(Arguments arguments);
int heartbeat(Arguments arguments);
int churn(Arguments arguments);

} // namespace gmsock
