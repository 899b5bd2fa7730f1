// Parsing of the attributes of the module's messages; only the codec uses it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <linux/ghostmem.h>
#include <netlink/attr.h>

#include "lib/base/error.h"
#include "lib/base/words.h"

namespace ghostmem {

[[noreturn]] inline void garbled(const std::string& what) {
    throw Error(ErrorKind::protocol, "the module's answer makes no sense (" + what +
                                         "); install the same version of leakctl and ghostmem");
}

// Visits each attribute; returns false if bytes remain that are not an attribute. nla_ok() takes a
// negative rest for a huge one, and an unpadded attribute at the end leaves such a rest: so the
// loop checks the rest before nla_ok(), and a message that fails here must not reach nla_parse().
template <typename Function> bool walk(nlattr* head, int length, Function visit) {
    int rest = length;
    for (nlattr* at = head; rest >= static_cast<int>(sizeof(nlattr)) && nla_ok(at, rest);
         at = nla_next(at, &rest))
        visit(at);
    return rest == 0;
}

inline constexpr nla_policy u8_policy{NLA_U8, sizeof(uint8_t), sizeof(uint8_t)};
inline constexpr nla_policy u32_policy{NLA_U32, sizeof(uint32_t), sizeof(uint32_t)};
inline constexpr nla_policy u64_policy{NLA_U64, sizeof(uint64_t), sizeof(uint64_t)};
inline constexpr nla_policy string_policy{NLA_STRING, 1, 0};
inline constexpr nla_policy flag_policy{NLA_FLAG, 0, 0};
inline constexpr nla_policy nest_policy{NLA_NESTED, 0, 0};

template <int Max> using Policy = std::array<nla_policy, Max + 1>;

// The attributes of one nest: all are checked for size and type first, then read by number.
class Attributes {
  public:
    template <size_t Count>
    Attributes(const char* what, nlattr* head, int length,
               const std::array<nla_policy, Count>& policy)
        : what_(what), head_(head), length_(length), table_(Count) {
        parse(head, length, policy.data());
    }

    template <size_t Count>
    Attributes(const char* what, nlattr* nest, const std::array<nla_policy, Count>& policy)
        : Attributes(what, static_cast<nlattr*>(nla_data(nest)), nla_len(nest), policy) {}

    [[nodiscard]] bool has(int type) const { return table_[at(type)] != nullptr; }
    [[nodiscard]] nlattr* need(int type) const {
        if (!has(type))
            garbled(fmt::format("{}: attribute {} is missing", what_, type));
        return table_[at(type)];
    }
    /// A sampling level; the interval is 1 << level pages.
    [[nodiscard]] uint32_t level(int type) const {
        const uint32_t value = nla_get_u8(need(type));
        if (value > GHOSTMEM_LEVEL_MAX)
            garbled(fmt::format("{}: a sampling level of {}", what_, value));
        return value;
    }
    [[nodiscard]] uint32_t u32(int type) const { return nla_get_u32(need(type)); }
    [[nodiscard]] uint64_t u64(int type) const { return nla_get_u64(need(type)); }
    [[nodiscard]] std::string string(int type) const {
        return printable(nla_get_string(need(type)));
    }
    [[nodiscard]] std::string string_or_empty(int type) const {
        return has(type) ? string(type) : std::string();
    }
    template <typename Enum> [[nodiscard]] Enum enumeration(int type, uint32_t count) const {
        const uint32_t value = u32(type);
        if (value >= count)
            garbled(fmt::format("{}: attribute {} has the unknown value {}", what_, type, value));
        return static_cast<Enum>(value);
    }
    /// Visits each attribute of a type that may be present any number of times.
    template <typename Function> void each_of(int type, Function function) const {
        if (has(type))
            walk(head_, length_, [&](nlattr* member) {
                if (nla_type(member) == type)
                    function(member);
            });
    }

  private:
    static size_t at(int type) { return static_cast<size_t>(type); }

    void parse(nlattr* head, int length, const nla_policy* policy) {
        if (!walk(head, length, [](nlattr*) {}))
            garbled(fmt::format("{}: an attribute cut short", what_));
        const int most = static_cast<int>(table_.size()) - 1;
        // libnl before 3.5 takes a policy that is not const, but does not write to it.
        if (nla_parse(table_.data(), most, head, length, const_cast<nla_policy*>(policy)) < 0)
            garbled(fmt::format("{}: an attribute of the wrong size", what_));
    }

    const char* what_;
    nlattr* head_;
    int length_;
    std::vector<nlattr*> table_;
};

} // namespace ghostmem
