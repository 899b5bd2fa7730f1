// Requests that the module must refuse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gmnl/peer.h"
#include "gmnl/request.h"

namespace gmnl {

enum class Words {
    wanted, // the refusal needs an extack message
    any,    // refused by generic netlink, which sends no message in some kernels
};

struct Malformed {
    std::string name;
    Request request;
    int error;
    Words words = Words::wanted;
    std::string mentions = {};                     // text that the message has to contain
    std::optional<uint32_t> length = std::nullopt; // length to claim in the header
};

// Requests with a wrong, missing or foreign ABI.
std::vector<Malformed> malformed_abi(const Peer& peer);

std::vector<Malformed> malformed_attributes(const Peer& peer);

std::vector<Malformed> malformed_filter(const Peer& peer);

std::vector<Malformed> malformed_config(const Peer& peer);

std::vector<Malformed> malformed_headers(const Peer& peer);

} // namespace gmnl
