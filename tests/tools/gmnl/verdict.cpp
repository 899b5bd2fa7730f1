#include "gmnl/verdict.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>

namespace gmnl {

Verdict verdict_of(const Message& message) {
    Verdict verdict;
    verdict.dump = message.header.nlmsg_type == NLMSG_DONE;
    verdict.interrupted = message.interrupted();
    int32_t code = 0;
    if (message.payload.size() < sizeof(code))
        throw std::runtime_error("the kernel sent a verdict without an error code");
    std::memcpy(&code, message.payload.data(), sizeof(code));
    verdict.error = -code;
    if ((message.header.nlmsg_flags & NLM_F_ACK_TLVS) == 0)
        return verdict;
    size_t skip = verdict.dump ? sizeof(code) : sizeof(nlmsgerr);
    if (!verdict.dump && (message.header.nlmsg_flags & NLM_F_CAPPED) == 0) {
        nlmsgerr echo{};
        std::memcpy(&echo, message.payload.data(), sizeof(echo));
        skip += NLMSG_ALIGN(echo.msg.nlmsg_len) - NLMSG_HDRLEN;
    }
    if (skip > message.payload.size())
        throw std::runtime_error("the kernel sent a verdict that is too short");
    const Attributes all = attributes_of(std::span(message.payload).subspan(skip));
    if (const auto at = all.find(NLMSGERR_ATTR_MSG); at != all.end())
        verdict.extack = text_of(at->second);
    return verdict;
}

} // namespace gmnl
