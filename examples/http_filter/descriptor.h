#pragma once

#include <unistd.h>

#include <utility>

namespace filter {

// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  // Returns -1 if there is none.
  [[nodiscard]] int get() const noexcept { return fd_; }
  void reset() noexcept {
    if (const int fd = std::exchange(fd_, -1); fd >= 0) {
      close(fd);
    }
  }

 private:
  int fd_ = -1;
};

}  // namespace filter
