// gmpeer KIND=BYTES...: makes sockets with queued data, lists them, and waits to be killed.
//
// Prints one line per socket: KIND END PID FD INODE; and "ready" after the last one.
#include <exception>
#include <iostream>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gmpeer/kinds.h"

namespace {

void make_and_tell(const std::string& argument) {
    const size_t equals = argument.find('=');
    if (equals == std::string::npos)
        throw std::runtime_error("usage: gmpeer KIND=BYTES...");
    const std::string kind = argument.substr(0, equals);
    for (const gmpeer::Made& made : gmpeer::make(kind, std::stoul(argument.substr(equals + 1)))) {
        struct stat status {};
        if (fstat(made.fd, &status) != 0)
            throw std::runtime_error("fstat failed");
        std::cout << kind << ' ' << made.what << ' ' << getpid() << ' ' << made.fd << ' '
                  << status.st_ino << '\n';
    }
}

} // namespace

int main(int argc, char** argv) {
    const rlimit files{1 << 20, 1 << 20};
    (void)setrlimit(RLIMIT_NOFILE, &files);
    try {
        for (int i = 1; i < argc; ++i)
            make_and_tell(argv[i]);
    } catch (const std::exception& error) {
        std::cerr << "gmpeer: " << error.what() << '\n';
        return 1;
    }
    std::cout << "ready" << std::endl;
    pause();
}
