#include "gmkcore/kcore.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace gmkcore {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

[[noreturn]] void unreadable(uint64_t address) {
    std::ostringstream text;
    text << "nothing can be read at 0x" << std::hex << address;
    throw std::runtime_error(text.str());
}

void read_at(int descriptor, void* to, size_t size, uint64_t offset, const std::string& what) {
    if (pread(descriptor, to, size, static_cast<off_t>(offset)) != static_cast<ssize_t>(size))
        fail(what);
}

} // namespace

Kcore::Kcore(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0)
        fail(path);
    Elf64_Ehdr header;
    read_at(descriptor_, &header, sizeof(header), 0, path);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_phentsize != sizeof(Elf64_Phdr))
        throw std::runtime_error(path + " is no core file");
    std::vector<Elf64_Phdr> segments(header.e_phnum);
    read_at(descriptor_, segments.data(), segments.size() * sizeof(Elf64_Phdr), header.e_phoff,
            path);
    for (const Elf64_Phdr& segment : segments) {
        if (segment.p_type == PT_LOAD)
            segments_.push_back({segment.p_vaddr, segment.p_memsz, segment.p_offset});
    }
}

Kcore::~Kcore() {
    close(descriptor_);
}

uint64_t Kcore::offset_of(uint64_t address) const {
    for (const Segment& segment : segments_) {
        if (address - segment.address < segment.size)
            return segment.offset + (address - segment.address);
    }
    unreadable(address);
}

const Kcore::Block& Kcore::block(uint64_t address) {
    const auto known = blocks_.find(address);
    if (known != blocks_.end())
        return known->second;
    if (blocks_.size() >= most_blocks)
        blocks_.clear();
    Block block;
    if (pread(descriptor_, block.data(), block.size(), static_cast<off_t>(offset_of(address))) !=
        static_cast<ssize_t>(block.size()))
        unreadable(address);
    return blocks_.emplace(address, block).first->second;
}

void Kcore::read(uint64_t address, void* to, size_t size) {
    auto* out = static_cast<char*>(to);
    while (size > 0) {
        const size_t within = address % block_size;
        const size_t part = std::min(size, block_size - within);
        std::memcpy(out, block(address - within).data() + within, part);
        address += part;
        out += part;
        size -= part;
    }
}

} // namespace gmkcore
