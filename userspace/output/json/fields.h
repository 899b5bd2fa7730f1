// Structures that are written as JSON and read back: each is described once, by a list of its
// members and their names, from which both directions follow.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "lib/base/error.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

template <typename Class, typename Member> struct Field {
    const char* name;
    Member Class::*member;
};
template <typename Class, typename Member>
Field(const char*, Member Class::*) -> Field<Class, Member>;

/// Specialized for each structure: `static constexpr std::tuple all{Field{"name", &T::name} ...};`
template <typename T> struct Fields;
/// Specialized for each enumeration: `static constexpr std::array all{T::a, T::b};`, all of which
/// have a name_of().
template <typename T> struct Words;

template <typename T>
concept Described = requires {
    Fields<T>::all;
};
template <typename T>
concept Number = std::unsigned_integral<T> && !std::same_as<T, bool>;

template <Described T> Json to_json(const T& value);

template <typename T>
requires std::is_arithmetic_v<T> || std::same_as<T, std::string> Json to_json(const T& value) {
    return Json(value);
}
template <typename T>
requires std::is_enum_v<T> Json to_json(T value) {
    return Json(name_of(value));
}
template <typename T> Json to_json(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& value : values)
        json.push_back(to_json(value));
    return json;
}
template <typename T> Json to_json(const std::optional<T>& value) {
    return value ? to_json(*value) : Json(nullptr);
}
template <Described T> Json to_json(const T& value) {
    Json json = Json::object();
    std::apply(
        [&](const auto&... field) { ((json[field.name] = to_json(value.*field.member)), ...); },
        Fields<T>::all);
    return json;
}

/// Throws Error(io): "sites[3].live_bytes is no whole number".
[[noreturn]] inline void misfit(const std::string& where, std::string_view problem) {
    throw Error(ErrorKind::io, where + " " + std::string(problem));
}

/// Text of a file must not control the terminal that it is printed on. Only control characters are
/// replaced: other text may be in any language.
inline std::string harmless(std::string text) {
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    }
    // The other ones, U+0080 to U+009F, are C2 80 to C2 9F in UTF-8.
    for (size_t at = 0; (at = text.find('\xc2', at)) != std::string::npos; ++at) {
        if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0)
            text.replace(at, 2, "?");
    }
    return text;
}

template <Described T> void from_json(const Json& json, T& value, const std::string& where);

inline void from_json(const Json& json, bool& value, const std::string& where) {
    if (!json.is_boolean())
        misfit(where, "is neither true nor false");
    value = json.get<bool>();
}
template <Number T> void from_json(const Json& json, T& value, const std::string& where) {
    if (!json.is_number_unsigned() || json.get<uint64_t>() > std::numeric_limits<T>::max())
        misfit(where, "is no whole number of that size");
    value = json.get<T>();
}
inline void from_json(const Json& json, int64_t& value, const std::string& where) {
    const bool fits = json.is_number_unsigned()
                          ? json.get<uint64_t>() <= uint64_t{std::numeric_limits<int64_t>::max()}
                          : json.is_number_integer();
    if (!fits)
        misfit(where, "is no whole number of that size");
    value = json.get<int64_t>();
}
inline void from_json(const Json& json, double& value, const std::string& where) {
    if (!json.is_number())
        misfit(where, "is no number");
    value = json.get<double>();
}
inline void from_json(const Json& json, std::string& value, const std::string& where) {
    if (!json.is_string())
        misfit(where, "is no text");
    value = harmless(json.get<std::string>());
}
template <typename T>
requires std::is_enum_v<T>
void from_json(const Json& json, T& value, const std::string& where) {
    for (const T each : Words<T>::all) {
        if (json.is_string() && json.get_ref<const std::string&>() == name_of(each)) {
            value = each;
            return;
        }
    }
    misfit(where, "is none of the words that may be there");
}
template <typename T>
void from_json(const Json& json, std::vector<T>& values, const std::string& where) {
    if (!json.is_array())
        misfit(where, "is no list");
    values.reserve(json.size());
    for (size_t i = 0; i < json.size(); ++i)
        from_json(json[i], values.emplace_back(), fmt::format("{}[{}]", where, i));
}
template <typename T>
void from_json(const Json& json, std::optional<T>& value, const std::string& where) {
    if (json.is_null())
        value.reset();
    else
        from_json(json, value.emplace(), where);
}
template <Described T> void from_json(const Json& json, T& value, const std::string& where) {
    if (!json.is_object())
        misfit(where, "is no object");
    const auto take = [&](const auto& field) {
        const std::string path = where.empty() ? field.name : where + "." + field.name;
        const auto at = json.find(field.name);
        if (at == json.end())
            misfit(path, "is missing");
        from_json(*at, value.*field.member, path);
    };
    std::apply([&](const auto&... field) { (take(field), ...); }, Fields<T>::all);
}

} // namespace ghostmem::output::json
