// gmproc: makes processes that hold what they should not, each in its own way.
//
//   gmproc SCENARIO [ARGUMENT...]
//
// When the situation is made, prints "ready pid=PID ..." and keeps it until SIGTERM. What SIGUSR1
// does stands with each scenario.
#include <exception>
#include <iostream>
#include <string>

#include "gmproc/scenarios.h"
#include "gmproc/support.h"

namespace gmproc {
namespace {

struct Scenario {
    const char* name;
    const char* arguments;
    int (*run)(const Words&);
};

constexpr Scenario scenarios[] = {
    {"zombies", "COUNT [--more=MS]", zombies},
    {"orphans", "COUNT", orphans},
    {"leader-exit", "COUNT", leader_exit},
    {"vfork", "", vfork_wait},
    {"vfork-loop", "MS", vfork_loop},
    {"sleepers", "COUNT", sleepers},
    {"write", "FILE [--direct]", write_file},
    {"descriptors", "COUNT LIMIT [--more=MS]", descriptors},
    {"deleted", "FILE BYTES", deleted},
};

int run(int argc, char** argv) {
    const std::string name = argc > 1 ? argv[1] : "";
    for (const Scenario& scenario : scenarios) {
        if (name == scenario.name) {
            block_signals();
            return scenario.run(Words(argv + 2, argv + argc));
        }
    }
    for (const Scenario& scenario : scenarios)
        std::cerr << "usage: gmproc " << scenario.name << " " << scenario.arguments << "\n";
    return 2;
}

} // namespace
} // namespace gmproc

int main(int argc, char** argv) {
    try {
        return gmproc::run(argc, argv);
    } catch (const std::exception& error) {
        std::cout << "gmproc: " << error.what() << std::endl;
        return 1;
    }
}
