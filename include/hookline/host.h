#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/result.h"
#include "hookline/value.h"

namespace [[gnu::visibility("default")]] hookline {

template <class T>
class Promise;

// Names a function of the module `vh`, by its place in the table of vh_table.h.
enum class Vh : std::uint8_t;

// Says on which thread a function of the host runs when a script calls it.
enum class RunsOn : std::uint8_t {
  kCaller,  // On the script's thread, immediately: the function must be thread-safe.
  kHost,    // On the host's thread, in the order of the calls; the script waits without its GIL.
};

// Describes the script that calls into the host.
struct Caller {
  ScriptId id{};
  std::string name;         // the stem of its file
  std::int64_t number = 0;  // `vh.myid`: LoadOptions::number, or else the id
  std::uint32_t run = 0;    // the number of times that it has been reloaded
};

// Declares the functions of a hub that scripts call. A hub implements it. Ownership: the ScriptHost
// does not own it.
class Host {
 public:
  virtual ~Host() = default;

  // Runs a function of the `vh` module. `args` has one value for each argument of the function's
  // row, of the kind that the row names; an optional argument that was not given is None. Strings
  // are bytes in the hub's encoding, in the arguments and in the result. An error becomes a Python
  // exception in the script.
  //
  // Thread safety: functions with RunsOn::kHost are called on the host's thread only. Functions
  // with RunsOn::kCaller are called on any thread, also on several at the same time, with the
  // script's GIL held: they must be quick, and must not wait for anything that may wait for a
  // script.
  [[nodiscard]] virtual Result<Value> vh_call(Vh function, std::span<const Value> args,
                                              const Caller& caller) = 0;

  // Starts a function with RunsOn::kHost. A host that answers later overrides this and keeps the
  // promise then, from any thread; it must not use the arguments after returning. The default
  // implementation keeps the promise immediately with the result of vh_call().
  virtual void vh_start(Vh function, std::span<const Value> args, const Caller& caller,
                        Promise<Value> promise);

  // Does what vh_call() does for a function with RunsOn::kCaller whose arguments are all texts,
  // which are not copied. `texts` omits the optional arguments that were not given, and lives until
  // this returns. It must give the same answers as vh_call(), which the default implementation
  // calls; a hub overrides it if it has a quicker way.
  [[nodiscard]] virtual Result<Value> vh_read(Vh function, std::span<const std::string_view> texts,
                                              const Caller& caller);

  // Is called when a script has set its own name and version with `vh.name_and_version`: on the
  // host's thread, in the order of the script's calls. The script waits until this returns. The
  // default implementation does nothing.
  virtual void on_script_named(const std::string& name, const std::string& version,
                               const Caller& caller);

  // Is called when a script has ended, has failed to load, or has been replaced by a reload: the
  // host may free what it keeps for this run. The call comes on the host's thread, after all calls
  // of the script, and before those of a script that is loaded once ScriptHost::unload() is done.
  // It does not come for scripts that end with the ScriptHost.
  virtual void on_script_unloaded(const Caller& caller);

 protected:
  // Returns the error of a host that does not have the function. It becomes a RuntimeError in the
  // script.
  [[nodiscard]] static std::unexpected<Error> no_such_function(Vh function);
};

// Stands in for a hub where there is none (`hookline call`, `hookline check`). vh.GetConfig returns
// its default; every other function fails with an error that says why. Thread safety: any thread.
class NoHub final : public Host {
 public:
  [[nodiscard]] Result<Value> vh_call(Vh function, std::span<const Value> args,
                                      const Caller& caller) override;
};

}  // namespace hookline
