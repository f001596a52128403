#include "interp/standard_descriptors.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>

namespace hookline::detail {

namespace {

// Says whether the last write found that nobody reads.
constinit std::atomic<bool> is_stuck{false};

bool wait_until_writable(int descriptor) noexcept {
  pollfd watched{descriptor, POLLOUT, 0};
  const int patience = is_stuck.load(std::memory_order_relaxed) ? 0 : kOutputPatienceMs;
  const bool writable = poll(&watched, 1, patience) != 0;  // after an error, write() says which
  is_stuck.store(!writable, std::memory_order_relaxed);
  return writable;
}

}  // namespace

// open() returns the lowest number that is free, which is the one that was just found closed. The
// descriptors are not close-on-exec: children need them, too.
void open_standard_descriptors() noexcept {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0) {
      (void)open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    }
  }
}

void write_patiently(int descriptor, std::string_view bytes) noexcept {
  struct stat status{};
  const bool never_waits = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  while (!bytes.empty()) {
    if (!never_waits && !wait_until_writable(descriptor)) {
      return;
    }
    // A pipe that poll() calls writable takes this much without blocking.
    const std::size_t size =
        never_waits ? bytes.size() : std::min<std::size_t>(bytes.size(), PIPE_BUF);
    const ssize_t written = ::write(descriptor, bytes.data(), size);
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      return;
    }
  }
}

}  // namespace hookline::detail
