#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace hookline::detail {

// Writes the lines of a log to a descriptor without ever waiting for its reader, or for a disk.
//
// A line for a pipe, a terminal or a socket is written immediately, by the thread that logs. What
// the descriptor does not take (a pipe that is not read, a terminal that is stopped) waits in
// memory, up to kMostWaiting, for a thread that is started then. Lines beyond that are counted, and
// the number is written once there is room.
//
// A regular file takes everything, but a write may last as long as the disk likes. So all lines for
// a file wait for that thread. It has written them when flush() returns; exit() flushes, too, since
// it destroys the logs. Lines that wait are lost in a crash and at _exit(): call flush() before.
//
// It has a descriptor of its own. Otherwise, once something closed the one that it was made from
// (stderr), its lines would go to whatever is opened under that number next. It follows a host that
// redirects stderr, though: dup2() leaves a descriptor that children inherit, while what Python,
// libuv and most libraries open is close-on-exec. It never follows to a socket. Lines for a file
// that have not been written yet may follow, too.
//
// A child of fork() writes immediately, because it does not have the thread.
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
  // Is kept by the thread, too, which may be in a write that does not return.
  class State;
  const std::shared_ptr<State> state_;
};

}  // namespace hookline::detail
