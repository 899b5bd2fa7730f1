#include "support/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gmschema/schema.h"
#include "support/golden.h"

namespace ghostmem::test {

void expect_schema(const std::string& name, const nlohmann::json& document) {
    static const gmschema::Schemas schemas(test_dir() + "/../../docs/schema");
    EXPECT_THAT(schemas.problems(name, document), testing::IsEmpty()) << name;
}

} // namespace ghostmem::test
