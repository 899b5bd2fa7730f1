// /proc/kcore: the memory of the running kernel as a core file.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "gmkcore/memory.h"

namespace gmkcore {

// Reads in blocks and caches them: the machine has to be quiet anyway, and neighbouring objects of
// a queue are often in the same block.
class Kcore : public Memory {
  public:
    explicit Kcore(const std::string& path = "/proc/kcore");
    Kcore(const Kcore&) = delete;
    Kcore& operator=(const Kcore&) = delete;
    ~Kcore() override;

    void read(uint64_t address, void* to, size_t size) override;

  private:
    static constexpr size_t block_size = 4096;
    static constexpr size_t most_blocks = 8192;
    using Block = std::array<char, block_size>;
    struct Segment {
        uint64_t address;
        uint64_t size;
        uint64_t offset;
    };

    int descriptor_;
    std::vector<Segment> segments_;
    std::unordered_map<uint64_t, Block> blocks_;

    [[nodiscard]] uint64_t offset_of(uint64_t address) const;
    const Block& block(uint64_t address);
};

} // namespace gmkcore
