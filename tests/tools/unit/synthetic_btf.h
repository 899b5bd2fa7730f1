// Builds BTF type by type.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gmkcore {

class SyntheticBtf {
  public:
    struct Member {
        std::string name;
        uint32_t type;
        uint32_t bit_offset;
        uint32_t width = 0; // of a bit field
    };

    // Each function adds a type and returns its id.
    uint32_t integer(const std::string& name, uint32_t bytes);
    uint32_t pointer(uint32_t to);
    uint32_t array(uint32_t of, uint32_t count);
    uint32_t structure(const std::string& name, uint32_t bytes, const std::vector<Member>& members);
    uint32_t type_definition(const std::string& name, uint32_t of);
    uint32_t constant(uint32_t of);
    uint32_t enumeration(const std::vector<std::pair<std::string, int32_t>>& values);
    uint32_t enumeration64(const std::vector<std::pair<std::string, uint64_t>>& values);
    uint32_t function(uint32_t prototype_of, uint32_t parameters);
    uint32_t of_kind(uint32_t kind);

    [[nodiscard]] std::string blob() const;

  private:
    std::string types_;
    std::string strings_ = std::string(1, '\0');
    uint32_t count_ = 0;

    void word(uint32_t value);
    uint32_t begin(const std::string& name, uint32_t kind, uint32_t size_or_type,
                   uint32_t elements = 0, bool flag = false);
    uint32_t string(const std::string& text);
};

} // namespace gmkcore
