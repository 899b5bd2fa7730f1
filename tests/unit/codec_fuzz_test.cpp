// Calls decode() on damaged bytes: it must throw an Error or return values, but never crash. Build
// with the sanitizers (GHOSTMEM_SANITIZE=ON) to detect reads out of bounds.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <linux/netlink.h>

#include "lib/base/error.h"
#include "support/captures.h"

namespace ghostmem {
namespace {

using namespace test;

enum class Result { decoded, refused };

Result try_decode(const std::string& bytes) {
    try {
        decode_all(bytes);
        return Result::decoded;
    } catch (const Error&) {
        return Result::refused;
    }
}

void set_length(std::string& message, uint32_t length) {
    std::memcpy(message.data(), &length, sizeof(length));
}

std::string one_status() {
    return operation(
        GHOSTMEM_CMD_STATUS_GET,
        top_attrs().string(GHOSTMEM_A_VERSION, "0.1.0").nest(GHOSTMEM_A_STATUS, status_attrs()));
}

std::string one_site() {
    return site_message(site_attrs(2));
}

std::string one_census() {
    return operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().nest(GHOSTMEM_A_CENSUS, census_attrs()));
}

std::string one_socket() {
    return operation(GHOSTMEM_CMD_SOCKET_GET, top_attrs().nest(GHOSTMEM_A_SOCKET, socket_attrs()));
}

std::vector<std::string> each_kind() {
    return {one_status(), one_site(), one_census(), one_socket()};
}

TEST(CodecFuzz, RefusesAMessageCutAtAnyByte) {
    for (const std::string& whole : each_kind()) {
        EXPECT_EQ(try_decode(whole), Result::decoded);
        for (size_t length = 1; length < whole.size(); ++length)
            EXPECT_EQ(try_decode(whole.substr(0, length)), Result::refused) << length;
    }
}

// Like the previous test, but the length in the header matches the truncated message.
TEST(CodecFuzz, RefusesAMessageShortenedAtAnyByte) {
    for (const std::string& whole : each_kind()) {
        for (uint32_t length = sizeof(nlmsghdr); length < whole.size(); ++length) {
            std::string cut = whole.substr(0, length);
            set_length(cut, length);
            EXPECT_EQ(try_decode(cut), Result::refused) << length;
        }
    }
}

TEST(CodecFuzz, SurvivesErrorsShortenedAtAnyByte) {
    for (const std::string& whole : {error_message(-EINVAL, "words"), done_message(-EIO)}) {
        for (uint32_t length = sizeof(nlmsghdr); length <= whole.size(); ++length) {
            std::string cut = whole.substr(0, length);
            set_length(cut, length);
            try_decode(cut);
        }
    }
}

TEST(CodecFuzz, SurvivesFlippedBytes) {
    std::mt19937 random(20240601);
    const std::string originals[] = {status_capture(), sites_capture(), sockets_capture(),
                                     error_message(-EINVAL, "words")};
    int refused = 0;
    for (int round = 0; round < 30'000; ++round) {
        std::string bytes = originals[random() % std::size(originals)];
        const unsigned flips = 1 + random() % 8;
        for (unsigned i = 0; i < flips; ++i)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        refused += try_decode(bytes) == Result::refused ? 1 : 0;
    }
    EXPECT_GT(refused, 1000);
}

TEST(CodecFuzz, SurvivesNoise) {
    const int commands[] = {GHOSTMEM_CMD_STATUS_GET, GHOSTMEM_CMD_SITE_GET,
                            GHOSTMEM_CMD_SOCKET_GET};
    std::mt19937 random(42);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 200, '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(random());
        // Mostly a plausible header, so that decoding gets beyond the first checks.
        if (bytes.size() >= sizeof(nlmsghdr) && round % 4 != 0) {
            set_length(bytes, static_cast<uint32_t>(bytes.size()));
            bytes[4] = round % 3 == 0 ? NLMSG_ERROR : 0x1f;
            bytes[5] = 0;
            if (bytes.size() > sizeof(nlmsghdr))
                bytes[16] = static_cast<char>(commands[random() % std::size(commands)]);
        }
        try_decode(bytes);
    }
}

} // namespace
} // namespace ghostmem
