// Golden files: what a renderer printed when somebody last looked at it.
#pragma once

#include <string>

namespace ghostmem::test {

std::string test_dir();
std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);

/// GHOSTMEM_UPDATE_GOLDEN=1: golden files are rewritten instead of compared.
bool updating_golden();

/// Compares with tests/unit/NAME.
void expect_golden(const std::string& name, const std::string& content);

} // namespace ghostmem::test
