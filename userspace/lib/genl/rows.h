// How a nest of the module's messages becomes a value: one row for each attribute.
//
// A value that has a nest of its own has a Layout<Value>, with the name of the nest for error
// messages, the highest attribute number, and its rows. A row names the attribute and the member
// that it fills; the member's type determines the format of the attribute: see Format.
#pragma once

#include <array>
#include <cstring>
#include <optional>
#include <tuple>
#include <type_traits>
#include <vector>

#include "lib/genl/attributes.h"

namespace ghostmem {

/// Specialised for each value that has a nest of its own.
template <typename Value> struct Layout;

/// Specialised for each enumeration of the protocol: how many values it has.
template <typename Enum> inline constexpr uint32_t enum_count = 0;

template <typename Value> Value decode_nest(nlattr* nest);

/// The format of the attribute that fills a member of this type: a nest, unless specialised.
template <typename Member> struct Format {
    static constexpr nla_policy policy = nest_policy;
    static Member take(const Attributes& in, int type) {
        return decode_nest<Member>(in.need(type));
    }
};

template <> struct Format<uint8_t> {
    static constexpr nla_policy policy = u8_policy;
    static uint8_t take(const Attributes& in, int type) { return nla_get_u8(in.need(type)); }
};

template <> struct Format<uint32_t> {
    static constexpr nla_policy policy = u32_policy;
    static uint32_t take(const Attributes& in, int type) { return in.u32(type); }
};

template <> struct Format<uint64_t> {
    static constexpr nla_policy policy = u64_policy;
    static uint64_t take(const Attributes& in, int type) { return in.u64(type); }
};

template <> struct Format<std::string> {
    static constexpr nla_policy policy = string_policy;
    static std::string take(const Attributes& in, int type) { return in.string(type); }
};

template <typename Enum>
requires std::is_enum_v<Enum>
struct Format<Enum> {
    static constexpr nla_policy policy = u32_policy;
    static Enum take(const Attributes& in, int type) {
        static_assert(enum_count<Enum> != 0);
        return in.enumeration<Enum>(type, enum_count<Enum>);
    }
};

/// Exactly Count numbers.
template <size_t Count> struct Format<std::array<uint64_t, Count>> {
    using Numbers = std::array<uint64_t, Count>;
    static constexpr nla_policy policy{NLA_UNSPEC, sizeof(Numbers), sizeof(Numbers)};
    static Numbers take(const Attributes& in, int type) {
        Numbers numbers;
        std::memcpy(numbers.data(), nla_data(in.need(type)), sizeof(numbers));
        return numbers;
    }
};

/// A sampling level, which is a u8 in the protocol.
struct Level {
    static constexpr nla_policy policy = u8_policy;
    static uint32_t take(const Attributes& in, int type) { return in.level(type); }
};

/// Least to Most numbers, copied as they are in memory.
template <typename Number, size_t Least, size_t Most> struct Numbers {
    static constexpr nla_policy policy{NLA_UNSPEC, Least * sizeof(Number), Most * sizeof(Number)};
    static std::vector<Number> take(const Attributes& in, int type) {
        nlattr* attribute = in.need(type);
        std::vector<Number> numbers(static_cast<size_t>(nla_len(attribute)) / sizeof(Number));
        std::memcpy(numbers.data(), nla_data(attribute), numbers.size() * sizeof(Number));
        return numbers;
    }
};

template <typename Member> struct Unwrapped { using type = Member; };
template <typename Member> struct Unwrapped<std::optional<Member>> { using type = Member; };

/// An attribute, and the member that it fills.
template <typename Owner, typename Member, typename Form> struct Row {
    int type;
    Member Owner::*member;
    bool needed;

    static constexpr nla_policy policy = Form::policy;
    void fill(Owner& owner, const Attributes& in) const {
        if (needed || in.has(type))
            owner.*member = Form::take(in, type);
    }
};

/// A flag, which is true if it is present.
template <typename Owner> struct FlagRow {
    int type;
    bool Owner::*member;

    static constexpr nla_policy policy = flag_policy;
    void fill(Owner& owner, const Attributes& in) const { owner.*member = in.has(type); }
};

/// A nest that may be present any number of times.
template <typename Owner, typename Member> struct ListRow {
    int type;
    std::vector<Member> Owner::*member;

    static constexpr nla_policy policy = nest_policy;
    void fill(Owner& owner, const Attributes& in) const {
        in.each_of(type,
                   [&](nlattr* nest) { (owner.*member).push_back(decode_nest<Member>(nest)); });
    }
};

/// An attribute that is checked for its size here, but read elsewhere.
template <typename Form> struct CheckedRow {
    int type;

    static constexpr nla_policy policy = Form::policy;
    template <typename Owner> void fill(Owner& /*owner*/, const Attributes& /*in*/) const {}
};

/// Required, unless the member is optional.
template <typename Owner, typename Member> constexpr auto row(int type, Member Owner::*member) {
    using Inner = typename Unwrapped<Member>::type;
    return Row<Owner, Member, Format<Inner>>{type, member, std::is_same_v<Inner, Member>};
}

/// Required, although the member is optional, because other sources do not know it.
template <typename Owner, typename Member>
constexpr auto needed_row(int type, std::optional<Member> Owner::*member) {
    return Row<Owner, std::optional<Member>, Format<Member>>{type, member, true};
}

template <typename Form, typename Owner, typename Member>
constexpr auto row_as(int type, Member Owner::*member) {
    using Inner = typename Unwrapped<Member>::type;
    return Row<Owner, Member, Form>{type, member, std::is_same_v<Inner, Member>};
}

/// If the attribute is absent, the member keeps its default.
template <typename Owner, typename Member>
constexpr auto optional_row(int type, Member Owner::*member) {
    return Row<Owner, Member, Format<Member>>{type, member, false};
}

template <typename Form, typename Owner, typename Member>
constexpr auto optional_row_as(int type, Member Owner::*member) {
    return Row<Owner, Member, Form>{type, member, false};
}

template <typename Owner> constexpr auto flag_row(int type, bool Owner::*member) {
    return FlagRow<Owner>{type, member};
}

template <typename Owner, typename Member>
constexpr auto list_row(int type, std::vector<Member> Owner::*member) {
    return ListRow<Owner, Member>{type, member};
}

template <typename Form> constexpr auto checked_row(int type) {
    return CheckedRow<Form>{type};
}

template <int Max, typename Rows> constexpr void add_rows(Policy<Max>& policy, const Rows& rows) {
    std::apply(
        [&](const auto&... row) {
            ((policy[static_cast<size_t>(row.type)] = std::remove_cvref_t<decltype(row)>::policy),
             ...);
        },
        rows);
}

/// The policy of the nest that holds Value, and the Others that share it.
template <typename Value, typename... Others> constexpr auto policy_of() {
    Policy<Layout<Value>::max> policy{};
    add_rows<Layout<Value>::max>(policy, Layout<Value>::rows);
    (add_rows<Layout<Value>::max>(policy, Layout<Others>::rows), ...);
    return policy;
}

/// Throws Error(protocol) for an attribute of the wrong size or range. One that is missing is an
/// error only when it is asked for.
template <typename Value, typename... Others> Attributes attributes_of(nlattr* nest) {
    static constexpr auto policy = policy_of<Value, Others...>();
    return Attributes(Layout<Value>::name, nest, policy);
}

template <typename Value, typename Rows>
void fill_rows(Value& value, const Rows& rows, const Attributes& in) {
    std::apply([&](const auto&... row) { (row.fill(value, in), ...); }, rows);
}

template <typename Value> Value decode_rows(const Attributes& in) {
    Value value;
    fill_rows(value, Layout<Value>::rows, in);
    return value;
}

/// Specialised for values that need more than their rows.
template <typename Value> Value decode_nest(nlattr* nest) {
    return decode_rows<Value>(attributes_of<Value>(nest));
}

} // namespace ghostmem
