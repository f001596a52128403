#include "hub/nmdc/command_splitter.h"

namespace hookline::hub {
namespace {

// An idle connection frees the memory that a long command took, beyond this size.
constexpr std::size_t kKeptCapacity = 4096;

}  // namespace

void CommandSplitter::append(std::string_view bytes) {
  if (begin_ == buffer_.size()) {
    clear();
  } else if (begin_ > buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<std::string_view> CommandSplitter::next() {
  if (too_long_) {
    return std::nullopt;
  }
  const auto end = buffer_.find('|', scanned_);
  const bool is_complete = end != std::string::npos;
  const std::size_t length = (is_complete ? end : buffer_.size()) - begin_;
  if (length > max_bytes_) {
    too_long_ = true;
    return std::nullopt;
  }
  if (!is_complete) {
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  const auto command = std::string_view(buffer_).substr(begin_, length);
  begin_ = end + 1;
  scanned_ = begin_;
  return command;
}

void CommandSplitter::clear() {
  buffer_.clear();
  if (buffer_.capacity() > kKeptCapacity) {
    buffer_.shrink_to_fit();
  }
  begin_ = 0;
  scanned_ = 0;
}

}  // namespace hookline::hub
