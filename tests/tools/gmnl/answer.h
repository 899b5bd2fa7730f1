// The complete answer to one request.
#pragma once

#include <vector>

#include "gmnl/message.h"
#include "gmnl/request.h"
#include "gmnl/socket.h"
#include "gmnl/verdict.h"

namespace gmnl {

struct Answer {
    std::vector<Message> messages;
    Verdict verdict;
};

Answer answer_of(Socket& socket);

Answer ask(Socket& socket, const Request& request);

} // namespace gmnl
