#include "gmnl/answer.h"

#include <utility>

namespace gmnl {

Answer answer_of(Socket& socket) {
    Answer answer;
    for (;;) {
        for (Message& message : socket.receive(large_buffer)) {
            if (message.ends()) {
                answer.verdict = verdict_of(message);
                return answer;
            }
            answer.messages.push_back(std::move(message));
        }
    }
}

Answer ask(Socket& socket, const Request& request) {
    socket.send(request);
    return answer_of(socket);
}

} // namespace gmnl
