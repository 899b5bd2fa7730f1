// Golden files: the expected output of the renderers, as last reviewed.
#pragma once

#include <string>

namespace ghostmem::test {

std::string test_dir();
std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);

/// Whether GHOSTMEM_UPDATE_GOLDEN=1 is set: golden files are then rewritten instead of compared.
bool updating_golden();

/// Compares content with the file tests/unit/NAME.
void expect_golden(const std::string& name, const std::string& content);

} // namespace ghostmem::test
