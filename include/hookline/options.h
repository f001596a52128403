#pragma once

// Has the options of a script's Python and of its mailbox. Structs are plain data (docs/host.md).

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#pragma GCC visibility push(default)
namespace hookline {

// Says which global interpreter lock (GIL) a script holds while it runs.
enum class Gil : std::uint8_t {
  // The script holds the GIL of its own interpreter, and runs in parallel with all others.
  kOwn,
  // The script holds the main interpreter's GIL. It takes turns with all others that do, and may
  // import extension modules that refuse an interpreter with its own GIL (single-phase init).
  kShared,
  // The script holds the main interpreter's GIL, too, and runs in the main interpreter itself, for
  // extension modules that support no other. Only one script at a time can do this.
  kMain,
};
// The names that configurations use, in the order of the enum.
inline constexpr std::array<std::string_view, 3> kGilNames = {"own", "shared", "main"};

// Says where reload() runs the fresh code: in a fresh interpreter, so that nothing is left of the
// old code, or in the old one between two calls, which takes no memory and keeps what the script
// has imported from elsewhere than its own folder.
enum class ReloadMode : std::uint8_t { kFresh, kInPlace };
inline constexpr std::array<std::string_view, 2> kReloadNames = {"fresh", "in_place"};

// Says how the Python of a script is set up. A field that is unset in the options of load() is
// taken from the comments at the top of the script, or else from ScriptHostOptions::python. The
// comments can only lower the limits and the share that the options give.
struct PythonOptions {
  std::optional<Gil> gil = std::nullopt;
  std::optional<std::filesystem::path> venv = std::nullopt;  // The script can import its packages.
  // The bytes that its interpreter may hold, of which an empty one has 4 to 8 MiB; 0: no limit.
  // More is MemoryError in the script.
  std::optional<std::size_t> memory_limit = std::nullopt;
  // The bytes that a copy of one of its values may take (docs/values.md says how they count): of a
  // result, an item of a stream, or all arguments of one call into the host. 0: no limit.
  std::optional<std::size_t> value_limit = std::nullopt;  // Unset everywhere: 64 MiB.
  // The share of one core that it may use; beyond that its answers count as late. 0: no limit.
  std::optional<double> cpu_share = std::nullopt;
  std::optional<ReloadMode> reload = std::nullopt;  // Unset everywhere: kFresh. Not for Gil::kMain.
};

// Says what a full mailbox does with one more call.
enum class Overflow : std::uint8_t {
  // The poster waits for room until a deadline, then the call ends with kQueueFull: immediately on
  // the thread of an attached event loop, which must go on.
  kBlock,
  kReject,      // The new call ends with kQueueFull.
  kDropOldest,  // The oldest waiting call ends with kDropped, and the new one is accepted.
  kDropNewest,  // The new call ends with kDropped.
};

// Limits the queue of calls of one script, and says what happens beyond that.
struct MailboxOptions {
  std::size_t capacity = 65'536;  // It is at least 1.
  Overflow overflow = Overflow::kReject;
  std::chrono::nanoseconds block_timeout = std::chrono::seconds(1);  // Limits kBlock, in real time.
};

// Says what happens to accepted calls that have not run when their script ends.
enum class Drain : std::uint8_t {
  kRun,      // They run first.
  kDiscard,  // They end with kShuttingDown or kScriptUnloaded.
};

}  // namespace hookline
#pragma GCC visibility pop
