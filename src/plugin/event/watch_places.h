#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "hookline/clock.h"
#include "plugin/event/cpu_bucket.h"
#include "plugin/types/log.h"

namespace hookline::detail {

// The ladder and the CPU shares keep here what they remember of each script. These objects lie in
// the script's entry, so that a look at the script neither searches nor allocates.

// Remembers at which step a script was seen, and for how long. Only ScriptLadder uses it.
struct LadderPlace {
  std::uint64_t step = 0;
  std::uint32_t looks = 0;       // how often it was seen at this step, since it was seen first
  std::uint32_t interrupts = 0;  // how often that was interrupted

  // The rest is shared with the threads that interrupt scripts, and guarded by the ladder.
  static constexpr std::uint64_t kNone = 0;  // no step that runs has this number
  std::uint64_t interrupting = kNone;        // the step that a thread wants to end
  std::uint64_t seen_at = kNone;
  std::string stack;  // at the step `seen_at`; kept because the quarantine cannot wait for the GIL
};

// Says how far ScriptLadder::interrupt_forever() has come with code that nobody waits for any more.
//
// Ownership: shared by the code's generation and the thread that interrupts it.
struct StrayCode {
  // Only the ladder uses these.
  bool is_listed = false;
  bool is_due = false;  // it is interrupted at the next look
  std::uint32_t looks = 0;

  std::atomic<bool> is_under_way = false;  // a thread waits for the GIL
  std::atomic<bool> is_over = false;       // its interpreter has ended
};

// Remembers how much of its share of CPU time a script has used. Only CpuShares uses it.
struct CpuPlace {
  std::optional<CpuBucket> bucket;  // set when it was first looked at with this share
  double share = 0;
  TimePoint over_since;
  bool is_told = false;  // whether people know that it is over its share
  LogBudget budget;
};

}  // namespace hookline::detail
