#include "gmkcore/btf.h"

#include <charconv>
#include <cstring>
#include <stdexcept>

namespace gmkcore {
namespace {

// The format is described in Documentation/bpf/btf.rst.
constexpr uint16_t magic = 0xeb9f;

enum Kind : uint32_t {
    integer = 1,
    pointer = 2,
    array = 3,
    structure = 4,
    union_ = 5,
    enumeration = 6,
    forward = 7,
    typedef_ = 8,
    volatile_ = 9,
    const_ = 10,
    restrict_ = 11,
    function = 12,
    prototype = 13,
    variable = 14,
    section = 15,
    floating = 16,
    declaration_tag = 17,
    type_tag = 18,
    enumeration64 = 19,
};

struct Header {
    uint16_t magic;
    uint8_t version;
    uint8_t flags;
    uint32_t length;
    uint32_t type_offset;
    uint32_t type_length;
    uint32_t string_offset;
    uint32_t string_length;
};

[[noreturn]] void malformed() {
    throw std::runtime_error("the kernel's BTF is malformed");
}

class Words {
  public:
    Words(const std::string& blob, size_t begin, size_t end) : blob_(blob), at_(begin), end_(end) {}

    [[nodiscard]] bool done() const { return at_ >= end_; }
    uint32_t next() {
        uint32_t word = 0;
        if (end_ - at_ < sizeof(word))
            malformed();
        std::memcpy(&word, blob_.data() + at_, sizeof(word));
        at_ += sizeof(word);
        return word;
    }

  private:
    const std::string& blob_;
    size_t at_;
    size_t end_;
};

std::string quoted(std::string_view structure, std::string_view path) {
    return "the kernel's BTF has no " + std::string(structure) + "." + std::string(path);
}

} // namespace

Btf::Btf(std::string blob) : blob_(std::move(blob)) {
    Header header{};
    if (blob_.size() < sizeof(header))
        malformed();
    std::memcpy(&header, blob_.data(), sizeof(header));
    const size_t types = size_t{header.length} + header.type_offset;
    const size_t strings = size_t{header.length} + header.string_offset;
    if (header.magic != magic || types + header.type_length > blob_.size() ||
        strings + header.string_length > blob_.size())
        malformed();
    parse_types(types, types + header.type_length, strings, strings + header.string_length);
}

void Btf::parse_types(size_t begin, size_t end, size_t strings, size_t strings_end) {
    Words words(blob_, begin, end);
    const auto name_at = [&](uint32_t offset) {
        if (offset >= strings_end - strings)
            malformed();
        const char* name = blob_.data() + strings + offset;
        return std::string_view(name, strnlen(name, strings_end - strings - offset));
    };
    types_.emplace_back(); // 0 is void
    while (!words.done()) {
        Type type;
        type.name = name_at(words.next());
        const uint32_t info = words.next();
        const uint32_t size_or_type = words.next();
        const uint32_t count = info & 0xffff;
        const bool flag = info >> 31;
        type.kind = info >> 24 & 0x1f;
        switch (type.kind) {
        case integer:
        case variable:
        case declaration_tag:
            words.next();
            type.size = size_or_type;
            break;
        case array:
            type.target = words.next();
            words.next();
            type.elements = words.next();
            break;
        case structure:
        case union_:
            type.size = size_or_type;
            for (uint32_t n = 0; n < count; n++) {
                const std::string_view name = name_at(words.next());
                const uint32_t target = words.next();
                const uint32_t where = words.next();
                type.members.push_back(
                    {name, target, flag ? where & 0xffffff : where, flag ? where >> 24 : 0});
            }
            break;
        case enumeration:
            type.size = size_or_type;
            for (uint32_t n = 0; n < count; n++) {
                const std::string_view name = name_at(words.next());
                enumerators_.emplace(name, static_cast<int32_t>(words.next()));
            }
            break;
        case enumeration64:
            type.size = size_or_type;
            for (uint32_t n = 0; n < count; n++) {
                const std::string_view name = name_at(words.next());
                const uint64_t low = words.next();
                enumerators_.emplace(name,
                                     static_cast<int64_t>(low | uint64_t{words.next()} << 32));
            }
            break;
        case prototype:
            for (uint32_t n = 0; n < 2 * count; n++)
                words.next();
            break;
        case section:
            for (uint32_t n = 0; n < 3 * count; n++)
                words.next();
            break;
        case floating:
            type.size = size_or_type;
            break;
        case pointer:
            type.size = 8;
            type.target = size_or_type;
            break;
        case forward:
        case typedef_:
        case volatile_:
        case const_:
        case restrict_:
        case function:
        case type_tag:
            type.target = size_or_type;
            break;
        default:
            throw std::runtime_error(
                "the kernel's BTF has a kind of type that is not known here: " +
                std::to_string(type.kind));
        }
        if ((type.kind == structure || type.kind == union_) && !type.name.empty())
            structures_.emplace(type.name, types_.size());
        types_.push_back(std::move(type));
    }
}

const Btf::Type& Btf::resolved(uint32_t id) const {
    for (int depth = 0; depth < 32; depth++) {
        if (id >= types_.size())
            malformed();
        const Type& type = types_[id];
        switch (type.kind) {
        case typedef_:
        case volatile_:
        case const_:
        case restrict_:
        case type_tag:
            id = type.target;
            break;
        default:
            return type;
        }
    }
    malformed();
}

uint32_t Btf::size_of(uint32_t id) const {
    const Type& type = resolved(id);
    return type.kind == array ? type.elements * size_of(type.target) : type.size;
}

bool Btf::has(std::string_view structure) const {
    return structures_.count(structure);
}

uint32_t Btf::structure_id(std::string_view name) const {
    const auto found = structures_.find(name);
    if (found == structures_.end())
        throw std::runtime_error("the kernel's BTF has no struct " + std::string(name));
    return found->second;
}

uint32_t Btf::size(std::string_view structure) const {
    return types_[structure_id(structure)].size;
}

std::optional<Field> Btf::member(uint32_t id, std::string_view name) const {
    for (const Member& member : resolved(id).members) {
        Field field;
        field.type = member.type;
        field.size = size_of(member.type);
        if (member.width) {
            field.offset = member.bit_offset / 8;
            field.bit = member.bit_offset % 8;
            field.width = member.width;
        } else {
            field.offset = member.bit_offset / 8;
        }
        if (member.name == name)
            return field;
        if (!member.name.empty())
            continue;
        if (auto inner = this->member(member.type, name)) {
            inner->offset += field.offset;
            return inner;
        }
    }
    return std::nullopt;
}

std::optional<Field> Btf::step(const Field& from, std::string_view name) const {
    const Type& type = resolved(from.type);
    std::optional<Field> next;
    if (type.kind == array) {
        uint32_t index = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
        if (error != std::errc() || end != name.data() + name.size())
            return std::nullopt;
        next = Field{};
        next->type = type.target;
        next->size = size_of(type.target);
        next->offset = index * next->size;
    } else {
        next = member(from.type, name);
    }
    if (next)
        next->offset += from.offset;
    return next;
}

std::optional<Field> Btf::find(std::string_view structure, std::string_view path) const {
    std::optional<Field> field = Field{};
    field->type = structure_id(structure);
    while (field && !path.empty()) {
        const size_t dot = path.find('.');
        field = step(*field, path.substr(0, dot));
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return field;
}

Field Btf::field(std::string_view structure, std::string_view path) const {
    if (const auto found = find(structure, path))
        return *found;
    throw std::runtime_error(quoted(structure, path));
}

Field Btf::field(std::string_view structure, std::initializer_list<std::string_view> paths) const {
    for (const std::string_view path : paths) {
        if (const auto found = find(structure, path))
            return *found;
    }
    throw std::runtime_error(quoted(structure, *paths.begin()));
}

std::optional<int64_t> Btf::enumerator(std::string_view name) const {
    const auto found = enumerators_.find(name);
    if (found == enumerators_.end())
        return std::nullopt;
    return found->second;
}

} // namespace gmkcore
