#include "plugin/types/line_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <exception>
#include <string>
#include <utility>

namespace hookline::detail {

namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr int kPollMs = 50;
// Code that closes all descriptors from 3 up to a small limit does not reach this one.
constexpr int kLeastDescriptor = 10;
// A pipe that poll() calls writable takes this much without blocking.
constexpr std::size_t kChunk = PIPE_BUF;

// Opens the file behind `descriptor` once more, since O_NONBLOCK would also hold for everybody who
// shares the descriptor: the shell, children. Returns -1 if that is not possible.
int reopen(int descriptor) {
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  const int opened = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (opened < 0) {
    return -1;
  }
  const int moved = fcntl(opened, F_DUPFD_CLOEXEC, kLeastDescriptor);
  close(opened);
  return moved;
}

bool is_writable(int descriptor, int wait_ms) noexcept {
  pollfd watched{descriptor, POLLOUT, 0};
  return poll(&watched, 1, wait_ms) > 0;
}

// The threads of this library leave signals to those of the host.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

LineWriter::LineWriter(int descriptor) : source_(descriptor) {
  struct stat status{};
  if (fstat(source_, &status) == 0) {
    use(status);
  }
}

// Writes to what `source_` stands for now, which has this status.
void LineWriter::use(const struct stat& status) {
  int fresh = -1;
  Kind kind = S_ISSOCK(status.st_mode) ? Kind::kSocket : Kind::kOther;
  if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
    fresh = reopen(source_);
    kind = fresh >= 0 ? Kind::kNonBlocking : kind;
  }
  if (fresh < 0) {
    fresh = fcntl(source_, F_DUPFD_CLOEXEC, kLeastDescriptor);
  }
  if (fresh < 0) {
    return;
  }
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
  descriptor_ = fresh;
  kind_ = kind;
  file_ = {.device = status.st_dev, .number = status.st_ino};
}

// REQUIRES: nothing is waiting, so that the other thread does not use the descriptor.
void LineWriter::follow() noexcept {
  struct stat status{};
  if (fstat(source_, &status) != 0 ||
      file_ == File{.device = status.st_dev, .number = status.st_ino} || S_ISSOCK(status.st_mode) ||
      (fcntl(source_, F_GETFD) & FD_CLOEXEC) != 0) {
    return;
  }
  try {
    use(status);
  } catch (const std::exception&) {
    return;  // there is no memory for a path: the lines go where they went
  }
}

LineWriter::~LineWriter() {
  if (process_ != getpid()) {
    if (thread_.joinable()) {
      thread_.detach();
    }
    return;
  }
  flush();
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

void LineWriter::write(std::string_view line) noexcept {
  const std::scoped_lock lock(mutex_);
  if (waiting_.empty()) {
    follow();
    line.remove_prefix(try_write(line));
    if (line.empty()) {
      return;
    }
  } else if (waiting_.size() + line.size() > kMostWaiting) {
    ++dropped_;
    ++untold_;
    return;
  }
  try {
    keep(line);
  } catch (const std::exception&) {  // no memory, or no thread
    ++dropped_;
    ++untold_;
  }
}

void LineWriter::keep(std::string_view rest) {
  if (!thread_.joinable()) {
    const AllSignalsBlocked blocked;
    thread_ = std::thread([this] { drain(); });
  }
  waiting_ += rest;
  changed_.notify_all();
}

void LineWriter::flush() noexcept {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [this] { return waiting_.empty(); });
}

void LineWriter::drain() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) {
      return;
    }
    lock.unlock();
    is_writable(descriptor_, kPollMs);
    lock.lock();
    waiting_.erase(0, try_write(waiting_));
    if (waiting_.empty()) {
      if (const std::uint64_t lost = std::exchange(untold_, 0); lost > 0) {
        waiting_ = fmt::format(
            "hookline: {} line(s) of the log were dropped, because nobody read them\n", lost);
        waiting_.erase(0, try_write(waiting_));
      }
      changed_.notify_all();
    }
  }
}

std::size_t LineWriter::try_write(std::string_view bytes) const noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::size_t written = write_once(bytes.substr(done));
    if (written == 0) {
      break;
    }
    done += written;
  }
  return done;
}

std::size_t LineWriter::write_once(std::string_view bytes) const noexcept {
  ssize_t written = 0;
  do {
    switch (kind_) {
      case Kind::kNone:
        return bytes.size();
      case Kind::kSocket:
        written = send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        break;
      case Kind::kNonBlocking:
        written = ::write(descriptor_, bytes.data(), bytes.size());
        break;
      case Kind::kOther:
        if (!is_writable(descriptor_, 0)) {
          return 0;
        }
        written = ::write(descriptor_, bytes.data(), std::min(bytes.size(), kChunk));
        break;
    }
  } while (written < 0 && errno == EINTR);
  if (written >= 0) {
    return static_cast<std::size_t>(written);
  }
  return errno == EAGAIN ? 0 : bytes.size();
}

std::uint64_t LineWriter::dropped() const noexcept {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

bool LineWriter::is_terminal() const noexcept { return isatty(descriptor_) == 1; }

}  // namespace hookline::detail
