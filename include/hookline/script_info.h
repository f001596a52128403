#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hookline/call.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/stats.h"

#pragma GCC visibility push(default)
namespace hookline {

// A ScriptHost returns the time of something as a TimePoint of its clock. Parameters and options
// take a Duration. The structs are plain data (docs/host.md).

// Holds the most recent error of a script, without its traceback; a long message is cut.
struct LastError {
  Error error;
  TimePoint at;  // It is a time of the ScriptHost's clock.
};

// Describes a loaded script. Its counts begin with load(), and a reload keeps them.
struct ScriptInfo {
  ScriptId id{};
  std::string name;  // The stem of its file.
  std::filesystem::path path;
  std::vector<Hook> hooks;
  std::size_t worker = 0;
  MailboxStats mailbox;      // `started` is how many calls it has run.
  std::uint64_t errors = 0;  // Calls that raised, or returned what cannot be copied.
  std::uint64_t missed = 0;  // Events that its mailbox did not take, or dropped.
  // How often it has let a deadline pass (until the call has ended, that counts once), and events
  // that it did not get because of HookRow::one_at_a_time.
  std::uint64_t late = 0;
  std::uint64_t skipped = 0;
  std::uint64_t interrupted = 0;  // Calls that ran longer than interrupt_after.
  std::uint64_t quarantined = 0;  // How often it was left behind, after quarantine_after.
  // How many threads that were left behind with a script of this name have not returned yet.
  std::size_t left_behind = 0;
  std::optional<LastError> last_error;
  // The memory that its interpreter holds now, has held at most since it was made (a reload makes
  // another), and may hold, in bytes. Unset if its objects share memory with those of others; the
  // limit is also unset if there is none.
  std::optional<std::size_t> memory_bytes;
  std::optional<std::size_t> memory_peak_bytes;
  std::optional<std::size_t> memory_limit_bytes;
  // The CPU time that its worker has spent on it since it was loaded, without threads of its own.
  Duration cpu_time{};
  // The share of a core that it may use, if it is limited; how often it came to use more; and
  // whether it does so now, in which case the host does not wait for its answers.
  std::optional<double> cpu_share;
  std::uint64_t over_cpu_share = 0;
  bool is_over_cpu_share = false;
};

// Describes a script whose code has not returned yet: it is being loaded, or it was unloaded or
// given up. See ScriptHost::unfinished().
struct UnfinishedScript {
  ScriptId id{};
  std::string name;
  std::filesystem::path path;
  bool is_loading = false;  // unload() ends the load immediately
  TimePoint since;          // It is a time of the ScriptHost's clock.
  // Where its code was when it was seen last, as in a traceback: at most a second or so ago, or
  // before it began to run code in C that keeps the GIL. Empty if it was not seen yet.
  std::string stack;
};

// Returns the paths of every *.py file and every package of a folder, in name order, for load().
// The list is empty if there is no such folder.
// Thread safety: any thread.
[[nodiscard]] std::vector<std::filesystem::path> script_files(const std::filesystem::path& folder);

}  // namespace hookline
#pragma GCC visibility pop
