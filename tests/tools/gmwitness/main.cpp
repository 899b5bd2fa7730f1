// gmwitness: compares the allocations that ghostmem reports with the kernel's own accounting.
//
//   gmwitness stacks AFTER_NS BEFORE_NS    with page_owner, by stack; recording began between
//                                          these times of the kernel log's clock
//   gmwitness call-sites BEGAN             with allocation profiling, by function of the call site;
//                                          it was enabled when ghostmem had BEGAN pages
//
// The first line says what was compared, the others what differs. Exits with 1 on differences.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "gmwitness/callsites.h"
#include "gmwitness/stacks.h"

int main(int argc, char** argv) {
    try {
        const std::string word = argc > 1 ? argv[1] : "";
        if (word == "stacks" && argc == 4)
            return gmwitness::compare_stacks({std::stoull(argv[2]), std::stoull(argv[3])});
        if (word == "call-sites" && argc == 3)
            return gmwitness::compare_call_sites(std::stoll(argv[2]));
        std::cerr << "usage: gmwitness stacks AFTER_NS BEFORE_NS | call-sites BEGAN\n";
        return 2;
    } catch (const std::exception& error) {
        std::cout << "gmwitness: " << error.what() << std::endl;
        return 3;
    }
}
