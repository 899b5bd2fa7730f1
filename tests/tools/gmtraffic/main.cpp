// gmtraffic: uses sockets of every kind, and closes them again.
//
//   gmtraffic local ROUNDS          TCP, UDP, unix, netlink, packet and raw sockets on this host
//   gmtraffic serve PORT            accepts TCP connections and reads them to their end, and
//                                   echoes each datagram, until it is killed
//   gmtraffic send ADDRESS PORT KIB TCP, then datagrams that need fragmentation, to a server
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "gmtraffic/local.h"
#include "gmtraffic/remote.h"

int main(int argc, char** argv) {
    try {
        const std::string word = argc > 1 ? argv[1] : "";
        if (word == "local" && argc == 3)
            return gmtraffic::local(std::stoi(argv[2]));
        if (word == "serve" && argc == 3)
            return gmtraffic::serve(static_cast<uint16_t>(std::stoi(argv[2])));
        if (word == "send" && argc == 5)
            return gmtraffic::send_to(argv[2], static_cast<uint16_t>(std::stoi(argv[3])),
                                      std::stoul(argv[4]));
        std::cerr << "usage: gmtraffic local ROUNDS | serve PORT | send ADDRESS PORT KIB\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "gmtraffic: " << error.what() << std::endl;
        return 1;
    }
}
