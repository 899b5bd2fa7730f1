// The descriptors of processes, and what they keep.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/model/task.h"

namespace ghostmem {

/// The descriptors of one process.
struct OpenFiles {
    uint32_t pid = 0;
    uint64_t count = 0;
    std::optional<uint64_t> limit;         ///< soft limit (RLIMIT_NOFILE); nullopt: none
    std::map<std::string, uint64_t> kinds; ///< "socket", "pipe", "anon_inode:[eventpoll]" ...
};

/// A file that has no name any more, but is still open.
struct DeletedFile {
    uint64_t device = 0;
    uint64_t inode = 0;
    std::string path;
    uint64_t bytes = 0;         ///< that it takes on its file system
    std::vector<uint32_t> pids; ///< that have it open, at most a few
};

struct OpenFilesSurvey {
    std::vector<OpenFiles> processes; ///< by pid
    std::vector<DeletedFile> deleted; ///< of at least `least_deleted` bytes each, the largest first
    std::set<uint64_t> namespaces;    ///< inode numbers of namespaces that are held by a descriptor
    uint64_t closed = 0;              ///< processes that may not be read
    uint64_t not_asked = 0;           ///< deleted files on file systems that might block
};

/// System-wide numbers.
struct FileTables {
    uint64_t files = 0; ///< open files of the whole system
    uint64_t files_limit = 0;
    std::optional<uint64_t> inodes;      ///< inodes in memory
    std::optional<uint64_t> inodes_free; ///< of these, unused
};

class OpenFilesReader {
  public:
    explicit OpenFilesReader(std::filesystem::path root) : root_(std::move(root)) {}

    /// How many descriptors each process has. Since 6.2 one system call for each process.
    std::map<uint32_t, uint64_t> count(const TaskList& tasks);

    /// Reads every descriptor's link. A file of less than `least_deleted` bytes is not kept.
    OpenFilesSurvey survey(const TaskList& tasks, uint64_t least_deleted);

    std::optional<FileTables> tables();

  private:
    std::filesystem::path root_;
};

} // namespace ghostmem
