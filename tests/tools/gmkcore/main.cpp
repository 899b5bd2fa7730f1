// gmkcore: reports what sockets hold, by an independent walk through /proc/kcore. All layouts come
// from the kernel's BTF, and it shares no code with ghostmem.ko and leakctl. It takes no locks, so
// the machine has to be quiet; if a queue changes during the walk, it reports an error.
//
//   gmkcore socket PID FD     one socket, and the sockets that are reachable only through it
//   gmkcore process PID...    all sockets of processes, and their total
//   gmkcore tcp PORT          all TCP connections of a local port, also those of no process
//   gmkcore field STRUCT PATH the location of a member
//
// Prints JSON. Slab sizes are those of whole objects; slab_object_bytes is the requested size.
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include "gmkcore/kcore.h"
#include "gmkcore/report.h"
#include "gmkcore/sockets.h"

namespace gmkcore {
namespace {

using nlohmann::json;

std::string whole(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(path + " cannot be read: this kernel has none, or run as root");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Symbols symbols() {
    std::ifstream file("/proc/kallsyms");
    return Symbols(file);
}

class Walk {
  public:
    Walk()
        : kernel_(Btf(whole("/sys/kernel/btf/vmlinux")), symbols(), kcore_), pages_(kernel_),
          skbs_(kernel_, pages_), links_(kernel_, skbs_), tasks_(kernel_),
          sockets_(kernel_, pages_, skbs_, links_, tasks_) {}

    json socket(unsigned int pid, unsigned int fd) {
        const uint64_t task = tasks_.find(pid);
        adds_up_ = false;
        for (const OpenSocket& open : tasks_.sockets(task)) {
            if (open.fd == fd)
                return open_socket(pid, task, open);
        }
        throw std::runtime_error("process " + std::to_string(pid) + " has no socket " +
                                 std::to_string(fd));
    }

    json processes(const std::vector<unsigned int>& pids) {
        json list = json::array();
        for (const unsigned int pid : pids) {
            const uint64_t task = tasks_.find(pid);
            for (const OpenSocket& open : tasks_.sockets(task))
                list.push_back(open_socket(pid, task, open));
        }
        return together(std::move(list));
    }

    json tcp(unsigned int port) {
        json list = json::array();
        for (const uint64_t sock : sockets_.connections(port))
            list.push_back(described(sock));
        return together(std::move(list));
    }

  private:
    Kcore kcore_;
    Kernel kernel_;
    Pages pages_;
    SkbReader skbs_;
    Links links_;
    Tasks tasks_;
    Sockets sockets_;
    Account total_;
    std::unordered_set<uint64_t> met_;
    bool adds_up_ = true; // whether sockets are added to total_

    json together(json list) {
        return {{"sockets", std::move(list)}, {"total", to_json(total_.total())}};
    }

    json open_socket(unsigned int pid, uint64_t task, const OpenSocket& open) {
        json object = described(*tasks_.sock_of(open.file));
        object["pid"] = pid;
        object["comm"] = tasks_.name(task);
        object["fd"] = open.fd;
        object["inode"] = tasks_.inode_of(open.file);
        return object;
    }

    json described(uint64_t sock) {
        Account account;
        sockets_.account(sock, account);
        json object = to_json(account);
        object.update(to_json(sockets_.identity(sock)));
        // A socket may be held twice, and a socket in flight may be queued in itself.
        if (!met_.insert(sock).second)
            return object;
        if (adds_up_)
            sockets_.account(sock, total_);
        json children = json::array();
        for (const Child& child : sockets_.children(sock)) {
            json each = described(child.sock);
            each["held"] = child.kind == Child::unaccepted ? "unaccepted" : "in_flight";
            each["inode"] = child.inode;
            children.push_back(std::move(each));
        }
        object["children"] = std::move(children);
        return object;
    }
};

unsigned int number(const std::string& word) {
    size_t end = 0;
    const unsigned long value = std::stoul(word, &end);
    if (end != word.size())
        throw std::invalid_argument(word + " is no number");
    return static_cast<unsigned int>(value);
}

json where(const std::string& structure, const std::string& path) {
    const Btf types(whole("/sys/kernel/btf/vmlinux"));
    const Field field = types.field(structure, path);
    return {
        {"offset", field.offset}, {"size", field.size}, {"bit", field.bit}, {"width", field.width}};
}

int run(const std::vector<std::string>& words) {
    const std::string word = words.empty() ? "" : words[0];
    json said;
    if (word == "socket" && words.size() == 3) {
        said = Walk().socket(number(words[1]), number(words[2]));
    } else if (word == "process" && words.size() > 1) {
        std::vector<unsigned int> pids;
        for (size_t n = 1; n < words.size(); n++)
            pids.push_back(number(words[n]));
        said = Walk().processes(pids);
    } else if (word == "tcp" && words.size() == 2) {
        said = Walk().tcp(number(words[1]));
    } else if (word == "field" && words.size() == 3) {
        said = where(words[1], words[2]);
    } else {
        std::cerr
            << "usage: gmkcore socket PID FD | process PID... | tcp PORT | field STRUCT PATH\n";
        return 2;
    }
    std::cout << said.dump(1) << std::endl;
    return 0;
}

} // namespace
} // namespace gmkcore

int main(int argc, char** argv) {
    try {
        return gmkcore::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "gmkcore: " << error.what() << std::endl;
        return 3;
    }
}
