#include "interp/source_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

namespace hookline::detail {

namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

std::unexpected<Error> unreadable(const std::filesystem::path& file, const std::string& why) {
  const std::string reason = why.empty() ? "" : ": " + why;
  return fail(ErrorCode::kScriptNotFound, "no readable script at " + file.string() + reason);
}

// A missing file needs no reason.
std::unexpected<Error> unreadable(const std::filesystem::path& file, int number) {
  return unreadable(file, number == ENOENT ? "" : std::generic_category().message(number));
}

}  // namespace

Result<std::string> read_source_file(const std::filesystem::path& file) {
  // The kind is looked at first, because opening a FIFO or a device may have an effect on others.
  // It is looked at again once the file is open, because another one may have taken its place;
  // O_NONBLOCK then keeps open() from waiting for the other end of a FIFO.
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) {
    return unreadable(file, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return unreadable(file, "it is no regular file");
  }
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (opened.get() < 0 || fstat(opened.get(), &status) != 0) {
    return unreadable(file, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return unreadable(file, "it is no regular file");
  }
  std::string text;
  while (text.size() <= kMostBytes) {
    constexpr std::size_t kChunk = std::size_t{64} << 10;
    const std::size_t size = text.size();
    text.resize(size + kChunk);
    const ssize_t count = read(opened.get(), text.data() + size, kChunk);
    text.resize(size + static_cast<std::size_t>(count > 0 ? count : 0));
    if (count == 0) {
      return text;
    }
    if (count < 0 && errno != EINTR) {
      return unreadable(file, errno);
    }
  }
  return unreadable(file, "it has more than 64 MiB");
}

}  // namespace hookline::detail
