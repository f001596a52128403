#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hookline::hub {

// Cuts the bytes of one connection into commands, at each '|', however they arrive.
//
// Thread safety: none; one thread at a time.
class CommandSplitter {
 public:
  // Commands of more than `max_bytes` bytes, without the '|', are too long.
  explicit CommandSplitter(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Invalidates what next() returned.
  void append(std::string_view bytes);

  // The next complete command without its '|', possibly empty; nullopt if there is none, or if it
  // is too long. The view is good until append() or clear().
  [[nodiscard]] std::optional<std::string_view> next();

  // The command at the front, complete or not, is longer than allowed. next() gives nothing any
  // more.
  [[nodiscard]] bool too_long() const noexcept { return too_long_; }

  // Bytes that next() has not yet given out.
  [[nodiscard]] std::size_t buffered() const noexcept { return buffer_.size() - begin_; }

  void clear();

 private:
  std::size_t max_bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the command at the front
  std::size_t scanned_ =
      0;  // no '|' from begin_ to here: a slow sender is not scanned again and again
  bool too_long_ = false;
};

}  // namespace hookline::hub
