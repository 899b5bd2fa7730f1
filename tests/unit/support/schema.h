// The schemas of what leakctl prints as JSON.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace ghostmem::test {

/// Expects the document to be what docs/schema/NAME.json describes, with no key that it does not.
void expect_schema(const std::string& name, const nlohmann::json& document);

} // namespace ghostmem::test
