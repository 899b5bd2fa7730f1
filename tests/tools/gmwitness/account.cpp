#include "gmwitness/account.h"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "gmwitness/frame_key.h"

extern char** environ;

namespace gmwitness {
namespace {

using namespace std::chrono_literals;

constexpr const char* dump_path = "/tmp/gmwitness.json";
constexpr int64_t page_bytes = 4096;
// The first dump takes a fraction of a second, reading page_owner a few seconds.
constexpr auto until_it_sleeps = 1500ms;
constexpr const char* its_sleep = "6s";

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

// Memory that is populated before the first dump: a later page fault would allocate page tables.
class Arena {
  public:
    Arena() {
        void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (memory == MAP_FAILED)
            fail("mmap");
        begin_ = static_cast<char*>(memory);
    }
    ~Arena() { munmap(begin_, size); }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    void add(const char* text, size_t length) {
        if (used_ + length > size)
            throw std::runtime_error("the kernel's account is larger than expected");
        std::memcpy(begin_ + used_, text, length);
        used_ += length;
    }
    [[nodiscard]] std::string text() const { return {begin_, used_}; }

  private:
    static constexpr size_t size = 48UL << 20;
    char* begin_;
    size_t used_ = 0;
};

pid_t start_leakctl() {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, dump_path,
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::string words[] = {"leakctl", "sites", "--json",     "--class", "all",
                           "--sort",  "rate",  "--interval", its_sleep};
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, "leakctl", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw std::runtime_error("leakctl does not start");
    return pid;
}

// page_owner returns one entry per read(), other files as many lines as fit into the buffer.
void read_kernel(const std::string& path, const Wanted& wanted, Arena& arena) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        fail(path);
    std::string buffer(page_bytes, '\0');
    std::string text;
    text.reserve(buffer.size());
    for (;;) {
        const ssize_t got = read(file, buffer.data(), buffer.size());
        if (got < 0)
            fail(path);
        if (got == 0)
            break;
        text.assign(buffer, 0, static_cast<size_t>(got));
        if (wanted(text))
            arena.add(text.data(), text.size());
    }
    close(file);
}

void expect_asleep(pid_t leakctl) {
    if (waitpid(leakctl, nullptr, WNOHANG) != 0)
        throw std::runtime_error("leakctl ended before the kernel's account was read");
}

void expect_success(pid_t leakctl) {
    int status = 0;
    if (waitpid(leakctl, &status, 0) != leakctl || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error("leakctl failed");
}

Site site_of(const nlohmann::json& json, double seconds) {
    Site site;
    site.frames = json.at("raw_stack").get<std::vector<std::string>>();
    site.cls = json.at("class").get<std::string>();
    site.after = json.at("live_pages").get<int64_t>();
    const double rate = json.at("rate_bytes_per_s").get<double>();
    site.before = site.after - std::lround(rate * seconds / static_cast<double>(page_bytes));
    return site;
}

std::vector<Site> read_sites() {
    std::ifstream stream(dump_path);
    const auto json = nlohmann::json::parse(stream);
    const double seconds = json.at("rate_interval_s").get<double>();
    std::vector<Site> sites;
    for (const auto& entry : json.at("sites"))
        sites.push_back(site_of(entry, seconds));
    return sites;
}

} // namespace

bool is_the_dump(const Site& site) {
    return passes(site.frames, {"netlink_dump", "gm_dump_start"}) &&
           !passes(site.frames, {"allocate_slab"});
}

Account take_account(const std::string& path, const Wanted& wanted) {
    Arena arena;
    const pid_t leakctl = start_leakctl();
    std::this_thread::sleep_for(until_it_sleeps);
    read_kernel(path, wanted, arena);
    expect_asleep(leakctl);
    expect_success(leakctl);
    return {read_sites(), arena.text()};
}

} // namespace gmwitness
