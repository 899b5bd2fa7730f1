// Checks a document against the schemas in docs/schema: the part of JSON Schema (draft 7) that they
// use. A keyword that is not known here is an error, so that no schema says more than is checked.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace gmschema {

using Json = nlohmann::json;

class Schemas {
  public:
    /// Reads DIR/*.json. Throws std::runtime_error.
    explicit Schemas(const std::filesystem::path& directory);

    /// Returns what is wrong, each with the place in the document; empty if nothing is. Stricter
    /// than for users, who have to expect new keys and new words: each key has to be described, and
    /// a word has to be one of the examples.
    [[nodiscard]] std::vector<std::string> problems(const std::string& name,
                                                    const Json& document) const;

  private:
    std::map<std::string, Json> files_; ///< by name, without .json
};

} // namespace gmschema
