#pragma once

#include <cstddef>
#include <vector>

#include "hookline/call.h"

namespace hookline::hub {

// Counts how many of the bytes that wait for one client each script has sent, so that a script that
// sends more than the client reads does not keep out what other scripts send.
//
// A script may have as many bytes waiting as are then still free: a single one takes half of the
// room, two take a third each, and some is always left for a script that sends little.
//
// Bytes that the client takes are subtracted from all scripts in proportion. It is not remembered
// which bytes came from which script, because that would cost memory for each line that waits.
//
// Thread safety: none.
class ScriptShares {
 public:
  // Returns whether a script may add so many bytes where there is room for `free`.
  [[nodiscard]] bool may_add(ScriptId script, std::size_t bytes, std::size_t free) const noexcept {
    return bytes <= free && of(script) + bytes <= free - bytes;
  }
  void add(ScriptId script, std::size_t bytes);
  // Counts that the client has taken `taken` of the `waiting` bytes. REQUIRES: taken <= waiting.
  void note_taken(std::size_t taken, std::size_t waiting) noexcept;
  // Returns the number of bytes of a script that wait.
  [[nodiscard]] std::size_t of(ScriptId script) const noexcept;

 private:
  struct Share {
    ScriptId script{};
    std::size_t bytes = 0;
  };
  std::vector<Share> shares_;  // has the few scripts that have something waiting
};

}  // namespace hookline::hub
