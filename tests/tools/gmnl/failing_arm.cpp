#include "gmnl/failing_arm.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <linux/ghostmem.h>

#include "gmnl/answer.h"
#include "gmnl/error.h"
#include "gmnl/socket.h"
#include "gmnl/tap.h"

namespace gmnl {
namespace {

// Fails each of the first allocations, which include most kinds, then only one in stride_beyond, to
// limit the run time.
constexpr unsigned each_of_first = 40;
constexpr unsigned stride_beyond = 31;
constexpr unsigned far_too_many = 20000;

// Finds the module's thread, which carries out changes.
std::string worker() {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "comm");
        std::string name;
        if (std::getline(file, name) && name == "ghostmem")
            return entry.path();
    }
    throw std::runtime_error("no thread ghostmem");
}

// Makes only the nth allocation from now on by the module's thread fail.
class FailNth {
  public:
    FailNth() : fd_(open((worker() + "/fail-nth").c_str(), O_RDWR | O_CLOEXEC)) {
        if (fd_ < 0)
            fail("fail-nth");
    }
    ~FailNth() { close(fd_); }
    FailNth(const FailNth&) = delete;
    FailNth& operator=(const FailNth&) = delete;

    void set(unsigned nth) const {
        const std::string text = std::to_string(nth);
        if (pwrite(fd_, text.data(), text.size(), 0) < 0)
            fail("fail-nth");
    }
    // Returns how many allocations remain until the failing one; 0: it has failed.
    [[nodiscard]] unsigned long left() const {
        char text[32] = {};
        if (pread(fd_, text, sizeof(text) - 1, 0) < 0)
            fail("fail-nth");
        return std::stoul(text);
    }

  private:
    int fd_;
};

struct Attempt {
    int error = 0; // as reported by the module; EIO if its answer was lost
    bool injected = false;
};

Attempt arm(const Peer& peer, const FailNth& fail_nth, unsigned nth) {
    Socket socket;
    const Request request = peer.mode_request(GHOSTMEM_MODE_EXACT);
    Attempt attempt;
    fail_nth.set(nth);
    try {
        attempt.error = ask(socket, request).verdict.error;
    } catch (const std::runtime_error&) {
        attempt.error = EIO;
    }
    attempt.injected = fail_nth.left() == 0;
    fail_nth.set(0);
    return attempt;
}

void disarm(const Peer& peer) {
    Socket socket;
    if (ask(socket, peer.mode_request(GHOSTMEM_MODE_OFF)).verdict.error != 0)
        throw std::runtime_error("tracking cannot be turned off");
}

} // namespace

int failing_arm(const Peer& peer) {
    const FailNth fail_nth;
    Tap tap;
    unsigned refused = 0;
    unsigned survived = 0;
    std::string wrong;
    unsigned nth = 1;
    for (; nth < far_too_many; nth += nth < each_of_first ? 1 : stride_beyond) {
        const Attempt attempt = arm(peer, fail_nth, nth);
        const bool on = peer.state().mode == GHOSTMEM_MODE_EXACT;
        if (attempt.error != EIO && on != (attempt.error == 0))
            wrong += " " + std::to_string(nth) + ": error " + name_of_errno(attempt.error) +
                     (on ? ", and on" : ", and off");
        if (attempt.error != 0 && attempt.error != ENOMEM && attempt.error != EIO)
            wrong += " " + std::to_string(nth) + ": error " + name_of_errno(attempt.error);
        (attempt.error != 0 ? refused : survived) += attempt.injected ? 1 : 0;
        if (on)
            disarm(peer);
        if (!attempt.injected)
            break;
    }
    tap.check(refused > 10, "arming is refused when memory fails (" + std::to_string(refused) + ")",
              "so seldom that nothing is shown");
    tap.check(wrong.empty(), "it then is off, and else on (" + std::to_string(survived) + ")",
              wrong);
    tap.check(nth < far_too_many, "and is as good as ever when none fails",
              "it never came to that");
    return tap.exit_code();
}

} // namespace gmnl
