#pragma once

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace hookline::detail {

// Writes the lines of a log to a descriptor without ever waiting for its reader.
//
// A line is written immediately, by the thread that logs. What the descriptor does not take (a pipe
// that is not read, a terminal that is stopped) waits in memory, up to kMostWaiting, for a thread
// that is started then. Lines beyond that are counted, and the number is written once there is
// room.
//
// It has a descriptor of its own, so that nobody who closes the one that it was made from, stderr,
// sends its lines to whatever is opened under that number next. It follows a host that redirects
// stderr, though: dup2() leaves a descriptor that children inherit, while what Python, libuv and
// most libraries open is close-on-exec. It never follows to a socket.
//
// A regular file is written to as ever, which may take as long as the disk does.
//
// Thread safety: any thread may write.
class LineWriter {
 public:
  static constexpr std::size_t kMostWaiting = 1 << 20;  // bytes

  // Duplicates `descriptor`. If that is not open, all lines are discarded.
  explicit LineWriter(int descriptor);
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  // Waits up to kPatience for a descriptor that does not take what is left.
  ~LineWriter();

  // `line` ends with a line end, and is written as a whole or not at all.
  void write(std::string_view line) noexcept;
  // Waits until nothing is waiting, for at most kPatience.
  void flush() noexcept;

  // Returns how many lines were dropped so far.
  [[nodiscard]] std::uint64_t dropped() const noexcept;
  [[nodiscard]] bool is_terminal() const noexcept;

 private:
  // Identifies the file behind a descriptor.
  struct File {
    dev_t device = 0;
    ino_t number = 0;
    bool operator==(const File&) const = default;
  };
  enum class Kind : std::uint8_t { kNone, kSocket, kNonBlocking, kOther };

  void use(const struct stat& status);
  void follow() noexcept;
  // Returns how many bytes the descriptor has taken; after an error all, since they are lost.
  [[nodiscard]] std::size_t try_write(std::string_view bytes) const noexcept;
  [[nodiscard]] std::size_t write_once(std::string_view bytes) const noexcept;
  void keep(std::string_view rest);
  void drain();

  const pid_t process_ = getpid();  // a child of fork() does not have the thread
  const int source_;
  int descriptor_ = -1;
  Kind kind_ = Kind::kNone;
  File file_;  // what `descriptor_` was made of
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;
  std::uint64_t untold_ = 0;  // dropped, and not written about yet
  bool stopping_ = false;
  std::thread thread_;  // runs drain() from the first time that something had to wait
};

}  // namespace hookline::detail
