#include "plugin/types/line_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace hookline::detail {

namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr int kPollMs = 50;
// Code that closes all descriptors from 3 up to a small limit does not reach this one.
constexpr int kLeastDescriptor = 10;
// A pipe that poll() calls writable takes this much without blocking.
constexpr std::size_t kChunk = PIPE_BUF;

// Opens the file behind `descriptor` once more, since O_NONBLOCK would also hold for all processes
// that share the descriptor, such as the shell and children. Returns -1 if that is not possible.
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

// Identifies the file behind a descriptor.
struct File {
  dev_t device = 0;
  ino_t number = 0;
  bool operator==(const File&) const = default;
};

}  // namespace

class LineWriter::State final : public std::enable_shared_from_this<State> {
 public:
  explicit State(int descriptor) : source_(descriptor) {
    struct stat status{};
    if (fstat(source_, &status) == 0) {
      use(status);
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (descriptor_ >= 0) {
      close(descriptor_);
    }
  }

  void write(std::string_view line) noexcept;
  void flush() noexcept;
  // Ends the thread, unless it is in a write that does not return: that thread is left behind.
  void stop() noexcept;
  [[nodiscard]] std::uint64_t dropped() const noexcept;
  [[nodiscard]] bool is_terminal() const noexcept { return isatty(descriptor_) == 1; }

 private:
  enum class Kind : std::uint8_t { kNone, kSocket, kNonBlocking, kFile, kOther };

  [[nodiscard]] bool is_child() const noexcept { return process_ != getpid(); }
  [[nodiscard]] bool is_idle() const noexcept { return waiting_.empty() && writing_.empty(); }
  void use(const struct stat& status);
  void follow() noexcept;
  // Returns how many bytes the descriptor has taken; after an error all, since they are lost.
  [[nodiscard]] std::size_t try_write(std::string_view bytes) const noexcept;
  [[nodiscard]] std::size_t write_once(std::string_view bytes) const noexcept;
  void keep(std::string_view rest);
  // The thread runs these.
  void drain();
  void write_some(std::unique_lock<std::mutex>& lock);
  void write_to_file(std::unique_lock<std::mutex>& lock);
  void tell_dropped() noexcept;

  const pid_t process_ = getpid();  // a child of fork() does not have the thread
  const int source_;
  int descriptor_ = -1;
  Kind kind_ = Kind::kNone;
  File file_;  // the file that `descriptor_` was made for
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::string writing_;  // older lines, which the thread writes to a file without the mutex
  std::uint64_t dropped_ = 0;
  std::uint64_t untold_ = 0;  // dropped, and not written about yet
  bool stopping_ = false;
  std::thread thread_;  // runs drain() from the first time that something had to wait
};

// Writes to what `source_` stands for now, which has this status.
void LineWriter::State::use(const struct stat& status) {
  int fresh = -1;
  Kind kind = Kind::kOther;
  if (S_ISSOCK(status.st_mode)) {
    kind = Kind::kSocket;
  } else if (S_ISREG(status.st_mode)) {
    kind = Kind::kFile;
  } else if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
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

// REQUIRES: the other thread does not use the descriptor.
void LineWriter::State::follow() noexcept {
  struct stat status{};
  if (fstat(source_, &status) != 0 ||
      file_ == File{.device = status.st_dev, .number = status.st_ino} || S_ISSOCK(status.st_mode) ||
      (fcntl(source_, F_GETFD) & FD_CLOEXEC) != 0) {
    return;
  }
  try {
    use(status);
  } catch (const std::exception&) {
    return;  // there is no memory for a path: the lines still go to the old file
  }
}

void LineWriter::State::write(std::string_view line) noexcept {
  if (is_child()) {
    (void)try_write(line);  // another thread may have held the mutex when it was forked
    return;
  }
  const std::scoped_lock lock(mutex_);
  if (is_idle()) {
    follow();
    if (kind_ != Kind::kFile) {
      line.remove_prefix(try_write(line));
      if (line.empty()) {
        return;
      }
    }
  } else if (waiting_.size() + writing_.size() + line.size() > kMostWaiting) {
    ++dropped_;
    ++untold_;
    return;
  }
  try {
    keep(line);
  } catch (const std::exception&) {  // no memory, or no thread
    if (kind_ != Kind::kFile || !is_idle() || try_write(line) < line.size()) {
      ++dropped_;
      ++untold_;
    }
  }
}

void LineWriter::State::keep(std::string_view rest) {
  if (!thread_.joinable()) {
    const AllSignalsBlocked blocked;
    thread_ = std::thread([self = shared_from_this()] { self->drain(); });
  }
  waiting_ += rest;
  changed_.notify_all();
}

void LineWriter::State::flush() noexcept {
  if (is_child()) {
    return;
  }
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience, [this] { return is_idle(); });
}

void LineWriter::State::stop() noexcept {
  if (!thread_.joinable()) {
    return;
  }
  if (is_child()) {
    thread_.detach();
    return;
  }
  bool may_return = false;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    may_return = writing_.empty();
  }
  changed_.notify_all();
  if (may_return) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void LineWriter::State::drain() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) {
      return;
    }
    if (kind_ == Kind::kFile) {
      follow();
    }
    if (kind_ == Kind::kFile) {
      write_to_file(lock);
    } else {
      write_some(lock);
    }
    if (waiting_.empty()) {
      tell_dropped();
      changed_.notify_all();
    }
  }
}

void LineWriter::State::write_some(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  is_writable(descriptor_, kPollMs);
  lock.lock();
  waiting_.erase(0, try_write(waiting_));
}

void LineWriter::State::write_to_file(std::unique_lock<std::mutex>& lock) {
  writing_.swap(waiting_);
  lock.unlock();
  (void)try_write(writing_);
  lock.lock();
  writing_.clear();
}

// REQUIRES: nothing is waiting.
void LineWriter::State::tell_dropped() noexcept {
  const std::uint64_t lost = std::exchange(untold_, 0);
  if (lost == 0) {
    return;
  }
  try {
    waiting_ = fmt::format(
        "hookline: {} line(s) of the log were dropped, because {}\n", lost,
        kind_ == Kind::kFile ? "the file did not take them in time" : "nobody read them");
  } catch (const std::exception&) {
    untold_ = lost;  // until there is memory
    return;
  }
  if (kind_ != Kind::kFile) {
    waiting_.erase(0, try_write(waiting_));
  }
}

std::size_t LineWriter::State::try_write(std::string_view bytes) const noexcept {
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

std::size_t LineWriter::State::write_once(std::string_view bytes) const noexcept {
  ssize_t written = 0;
  do {
    switch (kind_) {
      case Kind::kNone:
        return bytes.size();
      case Kind::kSocket:
        written = send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        break;
      case Kind::kNonBlocking:
      case Kind::kFile:
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

std::uint64_t LineWriter::State::dropped() const noexcept {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

LineWriter::LineWriter(int descriptor) : state_(std::make_shared<State>(descriptor)) {}

LineWriter::~LineWriter() {
  state_->flush();
  state_->stop();
}

void LineWriter::write(std::string_view line) noexcept { state_->write(line); }

void LineWriter::flush() noexcept { state_->flush(); }

std::uint64_t LineWriter::dropped() const noexcept { return state_->dropped(); }

bool LineWriter::is_terminal() const noexcept { return state_->is_terminal(); }

}  // namespace hookline::detail
