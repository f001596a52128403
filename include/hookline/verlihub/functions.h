#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

template <class T>
class Future;  // <hookline/future.h>

namespace verlihub {

// Names a function of the module `vh`, by its place in the table, which is vh_functions.inc.
enum class Vh : std::uint8_t {
#define HOOKLINE_VH(group, name, ...) k##name,
#include "hookline/verlihub/vh_functions.inc"
};

// Says where a function of `vh` runs. kSend is kHost for a function that only tells the hub
// something: vh.batch() collects its calls.
enum class VhPlace : std::uint8_t { kHost, kCaller, kSend };

// Names the part of the reference that a function belongs to, in the order of the page.
enum class VhGroup : std::uint8_t {
  kChat,
  kRaw,
  kUsers,
  kPlaces,
  kModeration,
  kRegistrations,
  kBots,
  kScripts,
  kHub,
};

// Describes one function of `vh`. Its texts are static. It is plain data (docs/host.md).
struct VhRow {
  VhGroup group;
  const char* name;
  // Has one letter for each argument: s str, l int, d float, a str or int. Those behind '|' are
  // optional. One that was not given reaches the hub as None.
  std::string_view argument_kinds;
  std::string_view argument_names;  // separated by single spaces
  RunsOn runs_on = RunsOn::kHost;
  bool is_send = false;
  std::string_view returns;  // the Python type of the result
  std::string_view help;     // a sentence
  std::string_view details;  // defaults, units, results for missing data; may be empty
  std::string_view example;  // Python code that calls it
};

// Holds a row for each Vh, in that order. Thread safety: any thread.
inline constexpr auto kVhFunctions = std::to_array<VhRow>({
#define HOOKLINE_VH(group, name, kinds, names, where, returns, help, details, example) \
  {VhGroup::group,                                                                     \
   #name,                                                                              \
   kinds,                                                                              \
   names,                                                                              \
   VhPlace::where == VhPlace::kCaller ? RunsOn::kCaller : RunsOn::kHost,               \
   VhPlace::where == VhPlace::kSend,                                                   \
   returns,                                                                            \
   help,                                                                               \
   details,                                                                            \
   example},
#include "hookline/verlihub/vh_functions.inc"
});

// Returns the row of a function, which is static. REQUIRES: `function` is an enumerator of Vh.
// Thread safety: any thread.
[[nodiscard]] constexpr const VhRow& vh_row(Vh function) {
  return kVhFunctions[static_cast<std::size_t>(function)];
}

// Runs the functions of the `vh` module. A hub implements it, and gives it to module() of
// <hookline/verlihub/module.h>.
//
// Ownership: the hub owns it, and keeps it until the ScriptHost has ended. Thread safety: each
// method says on which threads scripts call it.
class Functions {
 public:
  virtual ~Functions() = default;

  // Runs a function. `args` has one value for each argument of the function's row, of the kind that
  // the row names; an optional argument that was not given is None. Strings are bytes in the hub's
  // encoding, in the arguments and in the result. An error becomes a Python exception in the
  // script.
  //
  // Thread safety: functions with RunsOn::kHost are called on the host's thread only. Functions
  // with RunsOn::kCaller are called on any thread, also on several at the same time, with the
  // script's GIL held: they must be quick, and must not wait for anything that may wait for a
  // script.
  [[nodiscard]] virtual Result<Value> call(Vh function, std::span<const Value> args,
                                           const Caller& caller) = 0;

  // Starts a function with RunsOn::kHost that is no send (VhRow::is_send). A hub that answers later
  // overrides this and completes the future then, from any thread; it must not use the arguments
  // after returning. The default implementation returns the result of call().
  [[nodiscard]] virtual Future<Value> start(Vh function, std::span<const Value> args,
                                            const Caller& caller);

  // Does what call() does for a function with RunsOn::kCaller whose arguments are all texts, which
  // are not copied. `texts` omits the optional arguments that were not given, and lives until this
  // returns. It must give the same answers as call(), which the default implementation calls; a hub
  // overrides it if it has a quicker way.
  [[nodiscard]] virtual Result<Value> read(Vh function, std::span<const std::string_view> texts,
                                           const Caller& caller);

 protected:
  // Returns the error of a hub that does not have the function. It becomes a RuntimeError in the
  // script.
  [[nodiscard]] static std::unexpected<Error> no_such_function(Vh function);
};

// Stands in for a hub where there is none (`hookline call`, `hookline check`). vh.GetConfig returns
// its default; every other function fails with an error that says why. Thread safety: any thread.
class NoHub final : public Functions {
 public:
  [[nodiscard]] Result<Value> call(Vh function, std::span<const Value> args,
                                   const Caller& caller) override;
};

}  // namespace verlihub
}  // namespace hookline
#pragma GCC visibility pop
