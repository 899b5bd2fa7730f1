#include "support/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace ghostmem::test {

std::string test_dir() {
    return GHOSTMEM_TEST_DIR;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path << " is missing; write it: GHOSTMEM_UPDATE_GOLDEN=1 unit_tests";
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

void write_file(const std::string& path, const std::string& content) {
    std::ofstream file(path, std::ios::binary);
    file << content;
    ASSERT_TRUE(file.flush()) << path;
}

bool updating_golden() {
    const char* update = std::getenv("GHOSTMEM_UPDATE_GOLDEN");
    return update != nullptr && std::string(update) == "1";
}

void expect_golden(const std::string& name, const std::string& content) {
    const std::string path = test_dir() + "/" + name;
    if (updating_golden())
        write_file(path, content);
    EXPECT_EQ(content, read_file(path)) << path;
}

} // namespace ghostmem::test
