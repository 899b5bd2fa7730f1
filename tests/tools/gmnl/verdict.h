// The end of an answer from the kernel.
#pragma once

#include <string>

#include "gmnl/message.h"

namespace gmnl {

// The end of an answer: an acknowledgment, an error, or the end of a dump.
struct Verdict {
    int error = 0;
    std::string extack;
    bool interrupted = false;
    bool dump = false;
};

Verdict verdict_of(const Message& message);

} // namespace gmnl
