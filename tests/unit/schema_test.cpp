// docs/schema against what leakctl prints, and the checker of the guest's tests against documents
// that are wrong. schema_test.py asks a foreign checker as well.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "gmschema/schema.h"
#include "support/golden.h"
#include "support/schema.h"

namespace ghostmem {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

json golden(const std::string& name) {
    return json::parse(test::read_file(test::test_dir() + "/golden/" + name + ".json"));
}

TEST(Schema, GoldenDocumentsAreDescribed) {
    const std::pair<const char*, const char*> documents[] = {
        {"status", "status"},
        {"status-no-module", "status"},
        {"status-sampled", "export"},
        {"sites", "sites"},
        {"sites-skb", "sites"},
        {"trace", "trace"},
        {"sockets", "sockets"},
        {"sockets-no-module", "sockets"},
        {"procs", "procs"},
        {"sites-by-function", "sites"},
        {"snapshot", "snapshot"},
        {"diff", "diff"},
        {"check", "check"},
        {"patrol", "patrol"},
        {"patrol-history", "patrol-history"},
    };
    size_t found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test::test_dir() + "/golden"))
        found += entry.path().extension() == ".json" ? 1 : 0;
    EXPECT_EQ(found, std::size(documents)) << "each golden document has a schema";
    for (const auto& [name, schema] : documents)
        test::expect_schema(schema, golden(name));
}

struct Checker : testing::Test {
    std::filesystem::path dir = testing::TempDir() + "/schema-" + std::to_string(getpid());
    void SetUp() override { std::filesystem::create_directories(dir); }
    void TearDown() override { std::filesystem::remove_all(dir); }

    std::vector<std::string> problems(const char* schema, const json& document) {
        std::ofstream(dir / "one.json") << schema;
        return gmschema::Schemas(dir).problems("one", document);
    }
};

TEST_F(Checker, TellsTypesApart) {
    EXPECT_THAT(problems(R"({"type": "integer"})", 1), IsEmpty());
    EXPECT_THAT(problems(R"({"type": "integer"})", 1.5), SizeIs(1));
    EXPECT_THAT(problems(R"({"type": "number"})", 1.5), IsEmpty());
    EXPECT_THAT(problems(R"({"type": ["string", "null"]})", nullptr), IsEmpty());
    EXPECT_THAT(problems(R"({"type": ["string", "null"]})", true), SizeIs(1));
    EXPECT_THAT(problems(R"({"type": "integer", "minimum": 0})", -1), SizeIs(1));
    EXPECT_THAT(problems(R"({"const": 2})", 3), SizeIs(1));
    EXPECT_THAT(problems(R"({"type": "string", "pattern": "^a+$"})", "aab"), SizeIs(1));
    EXPECT_THAT(problems(R"({"type": "string", "examples": ["ok"]})", "bad"), SizeIs(1));
}

TEST_F(Checker, WantsEachKeyAndNoOther) {
    constexpr const char* schema =
        R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}})";
    EXPECT_THAT(problems(schema, {{"a", 1}}), IsEmpty());
    EXPECT_THAT(problems(schema, json::object()), ElementsAre("/: key a is missing"));
    EXPECT_THAT(problems(schema, {{"a", 1}, {"b", 2}}), ElementsAre("/: key b is not described"));
    EXPECT_THAT(problems(schema, {{"a", "x"}}), ElementsAre(HasSubstr("/a: \"x\" is not of type")));
    EXPECT_THAT(problems(R"({"type": "object", "additionalProperties": {"type": "integer"}})",
                         {{"any", 1}, {"other", "x"}}),
                SizeIs(1));
}

TEST_F(Checker, LooksIntoArraysAndAlternatives) {
    EXPECT_THAT(problems(R"({"items": {"type": "integer"}, "minItems": 2, "maxItems": 3})",
                         json::array({1, "x"})),
                ElementsAre(HasSubstr("/1: ")));
    EXPECT_THAT(problems(R"({"minItems": 2})", json::array({1})), SizeIs(1));
    EXPECT_THAT(problems(R"({"maxItems": 0})", json::array({1})), SizeIs(1));
    constexpr const char* either = R"({"anyOf": [{"type": "null"}, {"type": "string"}]})";
    EXPECT_THAT(problems(either, "x"), IsEmpty());
    EXPECT_THAT(problems(either, 1), SizeIs(1));
}

TEST_F(Checker, FollowsReferences) {
    std::ofstream(dir / "more.json") << R"({"definitions": {"n": {"type": "integer"}}})";
    constexpr const char* schema = R"({"$ref": "more.json#/definitions/n"})";
    EXPECT_THAT(problems(schema, 1), IsEmpty());
    EXPECT_THAT(problems(schema, "x"), SizeIs(1));
    EXPECT_THROW(problems(R"({"$ref": "none.json#/definitions/n"})", 1), std::runtime_error);
}

// What it does not check, no schema may say.
TEST_F(Checker, KnowsAllThatTheSchemasSay) {
    EXPECT_THROW(problems(R"({"maxLength": 3})", "x"), std::runtime_error);
    EXPECT_THROW(problems(R"({"type": "float"})", 1), std::runtime_error);
    EXPECT_THROW(gmschema::Schemas(dir).problems("absent", 1), std::runtime_error);
}

} // namespace
} // namespace ghostmem
