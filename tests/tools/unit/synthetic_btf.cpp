#include "unit/synthetic_btf.h"

#include <algorithm>

namespace gmkcore {
namespace {

void append(std::string& to, uint32_t value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

} // namespace

void SyntheticBtf::word(uint32_t value) {
    append(types_, value);
}

uint32_t SyntheticBtf::string(const std::string& text) {
    if (text.empty())
        return 0;
    const auto at = static_cast<uint32_t>(strings_.size());
    strings_ += text + '\0';
    return at;
}

uint32_t SyntheticBtf::begin(const std::string& name, uint32_t kind, uint32_t size_or_type,
                             uint32_t elements, bool flag) {
    word(string(name));
    word(kind << 24 | elements | (flag ? 1U << 31 : 0));
    word(size_or_type);
    return ++count_;
}

uint32_t SyntheticBtf::integer(const std::string& name, uint32_t bytes) {
    const uint32_t id = begin(name, 1, bytes);
    word(bytes * 8);
    return id;
}

uint32_t SyntheticBtf::pointer(uint32_t to) {
    return begin("", 2, to);
}

uint32_t SyntheticBtf::array(uint32_t of, uint32_t count) {
    const uint32_t id = begin("", 3, 0);
    word(of);
    word(of);
    word(count);
    return id;
}

uint32_t SyntheticBtf::structure(const std::string& name, uint32_t bytes,
                                 const std::vector<Member>& members) {
    const bool flag = std::any_of(members.begin(), members.end(),
                                  [](const Member& member) { return member.width != 0; });
    const uint32_t id = begin(name, 4, bytes, static_cast<uint32_t>(members.size()), flag);
    for (const Member& member : members) {
        word(string(member.name));
        word(member.type);
        word(member.bit_offset | member.width << 24);
    }
    return id;
}

uint32_t SyntheticBtf::type_definition(const std::string& name, uint32_t of) {
    return begin(name, 8, of);
}

uint32_t SyntheticBtf::constant(uint32_t of) {
    return begin("", 10, of);
}

uint32_t SyntheticBtf::enumeration(const std::vector<std::pair<std::string, int32_t>>& values) {
    const uint32_t id = begin("", 6, 4, static_cast<uint32_t>(values.size()));
    for (const auto& [name, value] : values) {
        word(string(name));
        word(static_cast<uint32_t>(value));
    }
    return id;
}

uint32_t SyntheticBtf::enumeration64(const std::vector<std::pair<std::string, uint64_t>>& values) {
    const uint32_t id = begin("", 19, 8, static_cast<uint32_t>(values.size()));
    for (const auto& [name, value] : values) {
        word(string(name));
        word(static_cast<uint32_t>(value));
        word(static_cast<uint32_t>(value >> 32));
    }
    return id;
}

uint32_t SyntheticBtf::function(uint32_t of, uint32_t parameters) {
    const uint32_t id = begin("", 13, of, parameters);
    for (uint32_t n = 0; n < 2 * parameters; n++)
        word(0);
    return id;
}

uint32_t SyntheticBtf::of_kind(uint32_t kind) {
    return begin("", kind, 0);
}

std::string SyntheticBtf::blob() const {
    std::string blob;
    constexpr uint32_t header = 24;
    append(blob, 0xeb9f | 1U << 16);
    append(blob, header);
    append(blob, 0);
    append(blob, static_cast<uint32_t>(types_.size()));
    append(blob, static_cast<uint32_t>(types_.size()));
    append(blob, static_cast<uint32_t>(strings_.size()));
    return blob + types_ + strings_;
}

} // namespace gmkcore
