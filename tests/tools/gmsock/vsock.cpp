// Data like that from a virtual machine's host, sent over the guest's vsock loopback.
#include <cstring>

#include <sys/socket.h>

#include <linux/vm_sockets.h>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {

int vsock_unread(Arguments arguments) {
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    sockaddr_vm at{};
    at.svm_family = AF_VSOCK;
    at.svm_cid = VMADDR_CID_LOCAL;
    at.svm_port = VMADDR_PORT_ANY;
    socklen_t length = sizeof(at);
    auto* const address = reinterpret_cast<sockaddr*>(&at);

    const Descriptor listener = open_socket(AF_VSOCK, SOCK_STREAM);
    checked(bind(listener.get(), address, length), "bind");
    checked(listen(listener.get(), 1), "listen");
    checked(getsockname(listener.get(), address, &length), "getsockname");
    at.svm_cid = VMADDR_CID_LOCAL;
    const Descriptor writer = open_socket(AF_VSOCK, SOCK_STREAM);
    checked(connect(writer.get(), address, length), "connect");
    const Descriptor reader(checked(accept(listener.get(), nullptr, nullptr), "accept"));
    send_all(writer.get(), bytes);
    return hold(reader.get());
}

} // namespace gmsock
