#include "gmnl/arguments.h"

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <system_error>

namespace gmnl {
namespace {

constexpr std::string_view usage_text =
    "usage: gmnl malformed [--fuzz N] [--seed N]\n"
    "       gmnl slow-dump [--pause-ms N] [--reset-and COMMAND]\n"
    "       gmnl abandon-dump [--times N]\n"
    "       gmnl many-dumps N\n"
    "       gmnl failing-arm\n"
    "       gmnl changes\n"
    "       gmnl leave-changes\n"
    "       gmnl longest N\n"
    "       gmnl forged-end <CAPTURE\n"
    "       gmnl permissions\n"
    "       gmnl permissions-dropped\n"
    "       gmnl hold-dumps sites|sockets|zones N\n";

} // namespace

void usage(const std::string& problem) {
    std::cerr << "gmnl: " << problem << "\n" << usage_text;
    std::exit(2);
}

std::optional<std::string> Arguments::next() {
    if (at_ == words_.size())
        return std::nullopt;
    return words_[at_++];
}

uint64_t Arguments::number(const std::string& of) {
    const std::string text = next().value_or("");
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        usage(of + ": '" + text + "' is no number");
    return value;
}

} // namespace gmnl
