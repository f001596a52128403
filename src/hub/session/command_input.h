#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "hookline/script_host.h"
#include "hub/nmdc/command_splitter.h"

namespace hookline::hub {

// Is a token bucket: allows `burst` commands together, and `per_second` in the long run.
//
// Thread safety: none.
class FloodLimit {
 public:
  // Makes a full bucket. A rate of 0 means no limit.
  FloodLimit(double per_second, double burst, TimePoint now)
      : per_second_(per_second), burst_(burst), tokens_(burst), last_(now) {}

  // Takes a token. Returns false if there is none.
  [[nodiscard]] bool take(TimePoint now) noexcept;

 private:
  double per_second_;
  double burst_;
  double tokens_;
  TimePoint last_;
};

// Holds the commands of one client that wait to be processed: those that scripts gave
// (vh.ParseCommand), and then those that the client sent.
//
// Thread safety: the hub's thread.
class CommandInput {
 public:
  enum class Next : std::uint8_t {
    kNone,
    kCommand,
    kFlood,  // there is a command, but the client has sent too many
  };

  CommandInput(std::size_t max_command_bytes, FloodLimit limit)
      : splitter_(max_command_bytes), limit_(limit) {}

  void append(std::string_view bytes) { splitter_.append(bytes); }
  // Adds a command of a script, without its '|'. Returns false if too many of them wait.
  [[nodiscard]] bool inject(std::string command);

  // Moves the next command, without its '|', to `command`.
  [[nodiscard]] Next next(std::string& command, TimePoint now);

  // Returns whether the client's next command is longer than allowed.
  [[nodiscard]] bool too_long() const noexcept { return splitter_.too_long(); }
  // Returns the number of bytes of the client that wait.
  [[nodiscard]] std::size_t buffered() const noexcept { return splitter_.buffered(); }
  void clear() { splitter_.clear(); }

 private:
  CommandSplitter splitter_;
  FloodLimit limit_;
  std::deque<std::string> injected_;  // oldest first
};

}  // namespace hookline::hub
