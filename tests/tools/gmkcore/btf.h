// Parses the kernel's BTF type information, from /sys/kernel/btf/vmlinux.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gmkcore {

// The location of a member in its structure. A bit field has a width, and is @bit bits above
// @offset.
struct Field {
    uint32_t offset = 0; // bytes
    uint32_t size = 0;   // bytes; for a bit field, those of its declared type
    uint32_t bit = 0;
    uint32_t width = 0; // bits; 0: not a bit field
    uint32_t type = 0;
};

class Btf {
  public:
    // Throws if @blob is not BTF.
    explicit Btf(std::string blob);

    [[nodiscard]] bool has(std::string_view structure) const;
    [[nodiscard]] uint32_t size(std::string_view structure) const;
    // Looks up a path of members and indices, like "frags.3.bv_page". Members of anonymous members
    // are found, too. Throws if the path does not exist.
    [[nodiscard]] Field field(std::string_view structure, std::string_view path) const;
    [[nodiscard]] std::optional<Field> find(std::string_view structure,
                                            std::string_view path) const;
    // Returns the first of @paths that exists, because members are renamed between kernel versions.
    [[nodiscard]] Field field(std::string_view structure,
                              std::initializer_list<std::string_view> paths) const;
    [[nodiscard]] std::optional<int64_t> enumerator(std::string_view name) const;

  private:
    struct Member {
        std::string_view name;
        uint32_t type = 0;
        uint32_t bit_offset = 0;
        uint32_t width = 0; // 0: not a bit field
    };
    struct Type {
        uint32_t kind = 0;
        std::string_view name;
        uint32_t size = 0;   // of types that have a size
        uint32_t target = 0; // the type that this one refers to; for an array, that of its elements
        uint32_t elements = 0; // of an array
        std::vector<Member> members;
    };

    std::string blob_;
    std::vector<Type> types_;
    std::map<std::string_view, uint32_t> structures_;
    std::map<std::string_view, int64_t> enumerators_;

    void parse_types(size_t begin, size_t end, size_t strings, size_t strings_end);
    [[nodiscard]] const Type& resolved(uint32_t id) const; // skips typedefs and qualifiers
    [[nodiscard]] uint32_t structure_id(std::string_view name) const;
    [[nodiscard]] uint32_t size_of(uint32_t id) const;
    [[nodiscard]] std::optional<Field> member(uint32_t id, std::string_view name) const;
    [[nodiscard]] std::optional<Field> step(const Field& from, std::string_view name) const;
};

} // namespace gmkcore
