#include "gmnl/peer.h"

#include <stdexcept>
#include <string>

#include <linux/genetlink.h>

#include <linux/ghostmem.h>

#include "gmnl/answer.h"
#include "gmnl/attributes.h"
#include "gmnl/error.h"
#include "gmnl/socket.h"

namespace gmnl {
namespace {

int family_id() {
    Socket socket;
    Request request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, do_flags, 1);
    const char name[] = GHOSTMEM_GENL_NAME;
    request.attribute(CTRL_ATTR_FAMILY_NAME, NLA_HDRLEN + sizeof(name), name, sizeof(name));
    const Answer answer = ask(socket, request);
    if (answer.verdict.error != 0 || answer.messages.empty())
        throw std::runtime_error("no family " GHOSTMEM_GENL_NAME "; is the module loaded?");
    const auto id = value_of<uint16_t>(answer.messages.front().attributes(), CTRL_ATTR_FAMILY_ID);
    if (!id)
        throw std::runtime_error("the family has no id");
    return *id;
}

} // namespace

Peer::Peer() : family_(family_id()) {}

Request Peer::dump_request() const {
    return request(GHOSTMEM_CMD_SITE_GET, dump_flags).abi().nest(filter_nest, [](Request& in) {
        in.put<uint64_t>(GHOSTMEM_FILTER_A_MIN, 0);
    });
}

Request Peer::mode_request(uint32_t mode) const {
    return request(GHOSTMEM_CMD_CONFIG_SET).abi().nest(config_nest, [&](Request& in) {
        in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, mode);
    });
}

State Peer::state() const {
    Socket socket;
    const Answer answer = ask(socket, status_request());
    if (answer.verdict.error != 0 || answer.messages.size() != 1)
        throw std::runtime_error("status failed: " + name_of_errno(answer.verdict.error));
    const Attributes top = answer.messages.front().attributes();
    const auto nest = top.find(GHOSTMEM_A_STATUS);
    const auto version = top.find(GHOSTMEM_A_VERSION);
    if (nest == top.end() || version == top.end())
        throw std::runtime_error("a status without GHOSTMEM_A_STATUS or _VERSION");
    const Attributes status = attributes_of(nest->second);
    const auto mode = value_of<uint32_t>(status, GHOSTMEM_STATUS_A_MODE);
    const auto generation = value_of<uint32_t>(status, GHOSTMEM_STATUS_A_GENERATION);
    const auto sites_max = value_of<uint32_t>(status, GHOSTMEM_STATUS_A_SITES_MAX);
    if (!mode || !generation || !sites_max)
        throw std::runtime_error("a status without mode, generation or sites_max");
    return {*mode, *generation, *sites_max, text_of(version->second)};
}

} // namespace gmnl
