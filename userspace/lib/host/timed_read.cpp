#include "lib/host/timed_read.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "lib/host/proc_file.h"

namespace ghostmem {

namespace {

struct Answer {
    std::mutex mutex;
    std::condition_variable came;
    bool done = false;
    std::optional<std::string> text;
};

} // namespace

std::optional<std::string> read_text_within(const std::filesystem::path& path,
                                            std::chrono::milliseconds patience) {
    const auto answer = std::make_shared<Answer>();
    std::thread([answer, path] {
        auto text = read_text(path);
        const std::lock_guard lock(answer->mutex);
        answer->text = std::move(text);
        answer->done = true;
        answer->came.notify_one();
    }).detach();
    std::unique_lock lock(answer->mutex);
    answer->came.wait_for(lock, patience, [&] { return answer->done; });
    return answer->done ? answer->text : std::nullopt;
}

} // namespace ghostmem
