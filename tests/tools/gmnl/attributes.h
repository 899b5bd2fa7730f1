// The attributes of a message.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace gmnl {

using Attributes = std::map<int, std::span<const uint8_t>>;

// Later attributes of a type replace earlier ones, so this does not work for lists.
Attributes attributes_of(std::span<const uint8_t> bytes);

template <typename Value> std::optional<Value> value_of(const Attributes& attributes, int type) {
    const auto at = attributes.find(type);
    if (at == attributes.end() || at->second.size() != sizeof(Value))
        return std::nullopt;
    Value value{};
    std::memcpy(&value, at->second.data(), sizeof(value));
    return value;
}

std::string text_of(std::span<const uint8_t> bytes);

} // namespace gmnl
