#include "gmnl/tap.h"

#include <iostream>

namespace gmnl {

void Tap::ok(const std::string& name) {
    std::cout << "ok - " << name << std::endl;
}

void Tap::not_ok(const std::string& name, const std::string& detail) {
    failed_ = true;
    std::cout << "not ok - " << name << ": " << detail << std::endl;
}

void Tap::check(bool passed, const std::string& name, const std::string& detail) {
    if (passed)
        ok(name);
    else
        not_ok(name, detail);
}

} // namespace gmnl
