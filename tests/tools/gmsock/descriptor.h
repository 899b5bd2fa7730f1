// File descriptors that close themselves, and calls that throw.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace gmsock {

class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { reset(); }

    [[nodiscard]] int get() const { return number_; }
    void reset();

  private:
    int number_ = -1;
};

// Returns the result of a system call, or throws an exception that names @what and the error.
long checked(long result, const std::string& what);

// Returns the inode number that identifies a socket in /proc and sock_diag.
uint64_t inode_of(int descriptor);

} // namespace gmsock
