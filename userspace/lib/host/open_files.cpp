#include "lib/host/open_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/base/words.h"
#include "lib/host/mounts.h"
#include "lib/host/proc_directory.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

constexpr std::string_view deleted_suffix = " (deleted)";
constexpr size_t most_deleted = 4096;
constexpr size_t pids_kept = 8;
constexpr size_t block = 512;

// "socket:[4711]" -> "socket", "anon_inode:[eventfd]" as it is, "/path" -> "file".
std::string kind_of(std::string_view link) {
    if (link.starts_with('/'))
        return link.starts_with("/memfd:") ? "memfd" : "file";
    if (link.starts_with("anon_inode:"))
        return printable(std::string(link));
    return printable(std::string(link.substr(0, link.find(':'))));
}

bool is_namespace(std::string_view kind) {
    constexpr std::array<std::string_view, 8> kinds{"cgroup", "ipc",  "mnt",  "net",
                                                    "pid",    "time", "user", "uts"};
    return std::ranges::find(kinds, kind) != kinds.end();
}

// "Max open files            1024                 524288               files"
std::optional<uint64_t> limit_in(std::string_view limits) {
    std::optional<uint64_t> limit;
    for_each_line(limits, [&](std::string_view line) {
        const auto words = words_of(line);
        if (line.starts_with("Max open files") && words.size() > 3)
            limit = number_of<uint64_t>(words[3]);
    });
    return limit;
}

class Survey {
  public:
    Survey(const std::filesystem::path& root, uint64_t least_deleted)
        : root_(root), least_deleted_(least_deleted) {}

    OpenFilesSurvey run(const TaskList& tasks) {
        for (const Task& task : tasks.tasks) {
            if (task.leader() && !task.kernel_thread() && !task.zombie())
                visit(task.pid);
        }
        for (auto& [key, file] : deleted_) {
            if (file.bytes >= least_deleted_)
                found_.deleted.push_back(std::move(file));
        }
        std::ranges::sort(found_.deleted, std::ranges::greater{}, &DeletedFile::bytes);
        return std::move(found_);
    }

  private:
    void visit(uint32_t pid) {
        const std::filesystem::path process = root_ / fmt::format("proc/{}", pid);
        ProcDirectory directory(process);
        if (!directory.good())
            return;
        OpenFiles files;
        files.pid = pid;
        mounts_.reset();
        const std::filesystem::path descriptors = process / "fd";
        const int at = open(descriptors.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const bool read = at >= 0 && directory.each_number("fd", [&](uint32_t fd) {
            ++files.count;
            look(process, at, pid, fd, files);
        });
        const int why = at < 0 ? errno : directory.error();
        if (at >= 0)
            close(at);
        if (!read) {
            found_.closed += why == ENOENT || why == ESRCH ? 0 : 1;
            return;
        }
        files.limit = limit_in(directory.read("limits"));
        found_.processes.push_back(std::move(files));
    }

    void look(const std::filesystem::path& process, int directory, uint32_t pid, uint32_t fd,
              OpenFiles& files) {
        std::array<char, 16> name{};
        fmt::format_to_n(name.begin(), name.size() - 1, "{}", fd);
        const ssize_t length = readlinkat(directory, name.data(), link_.data(), link_.size());
        if (length <= 0)
            return;
        const std::string_view link(link_.data(), static_cast<size_t>(length));
        const std::string kind = kind_of(link);
        ++files.kinds[kind];
        if (is_namespace(kind)) {
            if (const auto inode = inode_of<uint64_t>(link, kind))
                found_.namespaces.insert(*inode);
        }
        // Memory files never have a name; /proc/meminfo accounts for them as Shmem.
        if (link.starts_with('/') && kind != "memfd" && link.ends_with(deleted_suffix))
            keep_deleted(process, directory, pid, fd, name.data(),
                         link.substr(0, link.size() - deleted_suffix.size()));
    }

    void keep_deleted(const std::filesystem::path& process, int directory, uint32_t pid,
                      uint32_t fd, const char* name, std::string_view path) {
        if (may_block(process, fd)) {
            ++found_.not_asked;
            return;
        }
        struct stat status {};
        if (fstatat(directory, name, &status, 0) != 0 || !S_ISREG(status.st_mode))
            return;
        const std::pair key{static_cast<uint64_t>(status.st_dev),
                            static_cast<uint64_t>(status.st_ino)};
        const auto known = deleted_.find(key);
        if (known == deleted_.end() && deleted_.size() >= most_deleted)
            return;
        DeletedFile& file = deleted_[key];
        file.device = key.first;
        file.inode = key.second;
        file.bytes = static_cast<uint64_t>(status.st_blocks) * block;
        if (file.path.empty())
            file.path = printable(std::string(path));
        if (file.pids.size() < pids_kept && (file.pids.empty() || file.pids.back() != pid))
            file.pids.push_back(pid);
    }

    // A file system whose server does not answer would hold us, too.
    bool may_block(const std::filesystem::path& process, uint32_t fd) {
        if (!mounts_)
            mounts_ = read_mounts(process);
        const auto info = read_text(process / fmt::format("fdinfo/{}", fd));
        bool block_possible = false;
        for_each_line(info ? std::string_view(*info) : std::string_view(),
                      [&](std::string_view line) {
                          const auto words = words_of(line);
                          if (words.size() != 2 || words[0] != "mnt_id:")
                              return;
                          const Mount* mount =
                              find_mount(*mounts_, number_of<uint64_t>(words[1]).value_or(0));
                          block_possible = mount != nullptr && mount->may_block();
                      });
        return block_possible;
    }

    const std::filesystem::path& root_;
    uint64_t least_deleted_;
    OpenFilesSurvey found_;
    std::map<std::pair<uint64_t, uint64_t>, DeletedFile> deleted_;
    std::optional<std::vector<Mount>> mounts_; ///< of the process that is looked at
    std::array<char, 4096> link_{};
};

} // namespace

std::map<uint32_t, uint64_t> OpenFilesReader::count(const TaskList& tasks) {
    std::map<uint32_t, uint64_t> counts;
    ProcDirectory proc(root_ / "proc");
    struct statfs where {};
    const bool is_proc =
        statfs((root_ / "proc").c_str(), &where) == 0 && where.f_type == PROC_SUPER_MAGIC;
    for (const Task& task : tasks.tasks) {
        if (!task.leader() || task.kernel_thread() || task.zombie())
            continue;
        const std::string name = fmt::format("{}/fd", task.pid);
        struct stat status {};
        // The size of the directory is the number of descriptors since kernel commit f1f1f2569901;
        // before, it is 0.
        if (is_proc && stat((root_ / "proc" / name).c_str(), &status) == 0 && status.st_size > 0) {
            counts[task.pid] = static_cast<uint64_t>(status.st_size);
            continue;
        }
        uint64_t number = 0;
        if (proc.each_number(name.c_str(), [&](uint32_t) { ++number; }))
            counts[task.pid] = number;
    }
    return counts;
}

OpenFilesSurvey OpenFilesReader::survey(const TaskList& tasks, uint64_t least_deleted) {
    return Survey(root_, least_deleted).run(tasks);
}

std::optional<FileTables> OpenFilesReader::tables() {
    const auto text = read_text(root_ / "proc/sys/fs/file-nr");
    const auto words =
        words_of(text ? std::string_view(*text).substr(0, text->find('\n')) : std::string_view());
    if (words.size() != 3)
        return std::nullopt;
    FileTables tables;
    tables.files = number_of<uint64_t>(words[0]).value_or(0);
    tables.files_limit = number_of<uint64_t>(words[2]).value_or(0);
    const auto inodes = read_text(root_ / "proc/sys/fs/inode-nr");
    const auto numbers = words_of(inodes ? std::string_view(*inodes).substr(0, inodes->find('\n'))
                                         : std::string_view());
    if (numbers.size() >= 2) {
        tables.inodes = number_of<uint64_t>(numbers[0]);
        tables.inodes_free = number_of<uint64_t>(numbers[1]);
    }
    return tables;
}

} // namespace ghostmem
