// Requests that the module has to refuse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gmnl/peer.h"
#include "gmnl/request.h"

namespace gmnl {

enum class Words {
    wanted, // an extack message
    any,    // the core of generic netlink refuses, which is wordless in some kernels
};

struct Malformed {
    std::string name;
    Request request;
    int error;
    Words words = Words::wanted;
    std::string mentions = {};                     // what the message has to contain
    std::optional<uint32_t> length = std::nullopt; // to claim in the header
};

// Its ABI: wrong, missing, foreign.
std::vector<Malformed> malformed_abi(const Peer& peer);

std::vector<Malformed> malformed_attributes(const Peer& peer);

std::vector<Malformed> malformed_filter(const Peer& peer);

std::vector<Malformed> malformed_config(const Peer& peer);

std::vector<Malformed> malformed_headers(const Peer& peer);

} // namespace gmnl
