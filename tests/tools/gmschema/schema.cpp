#include "gmschema/schema.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace gmschema {

namespace {

using Problems = std::vector<std::string>;

bool is_of_type(const Json& value, const std::string& type) {
    if (type == "object")
        return value.is_object();
    if (type == "array")
        return value.is_array();
    if (type == "string")
        return value.is_string();
    if (type == "boolean")
        return value.is_boolean();
    if (type == "null")
        return value.is_null();
    if (type == "integer")
        return value.is_number_integer();
    if (type == "number")
        return value.is_number();
    throw std::runtime_error("unknown type " + type);
}

class Checker {
  public:
    explicit Checker(const std::map<std::string, Json>& files) : files_(files) {}

    void check(const Json& schema, const Json& value, const std::string& where,
               const std::string& file, Problems& problems) const {
        for (const auto& [keyword, argument] : schema.items()) {
            const auto rule = rules().find(keyword);
            if (rule == rules().end())
                throw std::runtime_error("unknown keyword " + keyword + " in " + file + ".json");
            (this->*rule->second)({schema, argument, value, where, file, problems});
        }
    }

  private:
    struct Case {
        const Json& schema;
        const Json& argument;
        const Json& value;
        const std::string& where;
        const std::string& file;
        Problems& problems;

        void fail(const std::string& what) const {
            problems.push_back((where.empty() ? "/" : where) + ": " + what);
        }
    };
    using Rule = void (Checker::*)(const Case&) const;

    static const std::map<std::string, Rule>& rules() {
        static const std::map<std::string, Rule> all{
            {"$schema", &Checker::ignore},     {"title", &Checker::ignore},
            {"description", &Checker::ignore}, {"definitions", &Checker::ignore},
            {"properties", &Checker::members}, {"additionalProperties", &Checker::other_members},
            {"$ref", &Checker::reference},     {"type", &Checker::type},
            {"const", &Checker::constant},     {"examples", &Checker::examples},
            {"pattern", &Checker::pattern},    {"minimum", &Checker::minimum},
            {"required", &Checker::required},  {"items", &Checker::items},
            {"minItems", &Checker::at_least},  {"maxItems", &Checker::at_most},
            {"anyOf", &Checker::any},
        };
        return all;
    }

    void ignore(const Case& /* c */) const {}

    static const Json* find(const Json& object, const std::string& key) {
        const auto at = object.find(key);
        return at == object.end() ? nullptr : &*at;
    }

    void other_members(const Case& c) const {
        if (find(c.schema, "properties") == nullptr)
            members(c);
    }

    void members(const Case& c) const {
        if (!c.value.is_object())
            return;
        const Json* known = find(c.schema, "properties");
        const Json* others = find(c.schema, "additionalProperties");
        for (const auto& [key, member] : c.value.items()) {
            const Json* one = known != nullptr ? find(*known, key) : nullptr;
            if (one == nullptr)
                one = others;
            if (one == nullptr)
                c.fail("key " + key + " is not described");
            else
                check(*one, member, c.where + "/" + key, c.file, c.problems);
        }
    }

    void reference(const Case& c) const {
        const auto text = c.argument.get<std::string>();
        const size_t hash = text.find('#');
        const std::string path = text.substr(0, hash);
        const std::string file =
            path.empty() ? c.file : std::filesystem::path(path).stem().string();
        const auto at = files_.find(file);
        if (at == files_.end())
            throw std::runtime_error("there is no " + file + ".json");
        const Json::json_pointer pointer(hash == std::string::npos ? "" : text.substr(hash + 1));
        check(at->second.at(pointer), c.value, c.where, file, c.problems);
    }

    void type(const Case& c) const {
        const Json types = c.argument.is_array() ? c.argument : Json::array({c.argument});
        const bool fits = std::ranges::any_of(
            types, [&](const Json& type) { return is_of_type(c.value, type.get<std::string>()); });
        if (!fits)
            c.fail(c.value.dump() + " is not of type " + c.argument.dump());
    }

    void constant(const Case& c) const {
        if (c.value != c.argument)
            c.fail(c.value.dump() + " is not " + c.argument.dump());
    }

    void examples(const Case& c) const {
        if (c.value.is_string() && !c.argument.empty() &&
            std::ranges::find(c.argument, c.value) == c.argument.end())
            c.fail(c.value.dump() + " is none of the words " + c.argument.dump());
    }

    void pattern(const Case& c) const {
        if (c.value.is_string() && !std::regex_search(c.value.get<std::string>(),
                                                      std::regex(c.argument.get<std::string>())))
            c.fail(c.value.dump() + " does not match " + c.argument.dump());
    }

    void minimum(const Case& c) const {
        if (c.value.is_number() && c.value < c.argument)
            c.fail(c.value.dump() + " is less than " + c.argument.dump());
    }

    void required(const Case& c) const {
        if (!c.value.is_object())
            return;
        for (const Json& key : c.argument) {
            if (!c.value.contains(key.get<std::string>()))
                c.fail("key " + key.get<std::string>() + " is missing");
        }
    }

    void items(const Case& c) const {
        if (!c.value.is_array())
            return;
        for (size_t i = 0; i < c.value.size(); ++i)
            check(c.argument, c.value[i], c.where + "/" + std::to_string(i), c.file, c.problems);
    }

    void at_least(const Case& c) const {
        if (c.value.is_array() && c.value.size() < c.argument.get<size_t>())
            c.fail("there are less than " + c.argument.dump());
    }

    void at_most(const Case& c) const {
        if (c.value.is_array() && c.value.size() > c.argument.get<size_t>())
            c.fail("there are more than " + c.argument.dump());
    }

    // Reports what is wrong with the alternative that fits best.
    void any(const Case& c) const {
        Problems least;
        for (const Json& one : c.argument) {
            Problems of_one;
            check(one, c.value, c.where, c.file, of_one);
            if (of_one.empty())
                return;
            if (least.empty() || of_one.size() < least.size())
                least = std::move(of_one);
        }
        c.problems.insert(c.problems.end(), least.begin(), least.end());
    }

    const std::map<std::string, Json>& files_;
};

} // namespace

Schemas::Schemas(const std::filesystem::path& directory) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() != ".json")
            continue;
        std::ifstream file(entry.path());
        files_[entry.path().stem()] = Json::parse(file);
    }
    if (files_.empty())
        throw std::runtime_error("no schema in " + directory.string());
}

Problems Schemas::problems(const std::string& name, const Json& document) const {
    const auto at = files_.find(name);
    if (at == files_.end())
        throw std::runtime_error("there is no schema for " + name);
    Problems problems;
    Checker(files_).check(at->second, document, "", name, problems);
    return problems;
}

} // namespace gmschema
