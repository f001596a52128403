#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hookline::hub {

// Splits the bytes of one connection into commands, at each '|'.
//
// Thread safety: none; one thread at a time.
class CommandSplitter {
 public:
  // Commands of more than `max_bytes` bytes, without the '|', are too long.
  explicit CommandSplitter(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Invalidates what next() returned.
  void append(std::string_view bytes);

  // Returns the next complete command without its '|', possibly empty; nullopt if there is none, or
  // if it is too long. The view is valid until append() or clear().
  [[nodiscard]] std::optional<std::string_view> next();

  // Returns whether the next command, complete or not, is longer than allowed. Then next() always
  // returns nullopt.
  [[nodiscard]] bool too_long() const noexcept { return too_long_; }

  // Returns the number of bytes that next() has not returned yet.
  [[nodiscard]] std::size_t buffered() const noexcept { return buffer_.size() - begin_; }

  void clear();

 private:
  std::size_t max_bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;  // where the next command begins
  std::size_t scanned_ =
      0;  // there is no '|' from begin_ to here, so this part is not scanned again
  bool too_long_ = false;
};

}  // namespace hookline::hub
