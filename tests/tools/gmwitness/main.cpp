// gmwitness: compares what ghostmem says the kernel holds with the kernel's own accounts.
//
//   gmwitness stacks AFTER_NS BEFORE_NS    page_owner, stack by stack; recording began between
//                                          these moments of the kernel log's clock
//   gmwitness call-sites BEGAN             allocation profiling, by the function of a call site;
//                                          switched on when ghostmem had BEGAN pages
//
// The first line is what was compared, the others what differs. Exits with 1 if something does.
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
