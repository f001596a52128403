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

// A function of the module `vh`: a number in the table of vh_table.h.
enum class Vh : std::uint8_t;

// The thread on which the host runs a function that a script calls.
enum class RunsOn : std::uint8_t {
  kCaller,  // The script's thread, immediately: the function must be thread-safe.
  kHost,    // The host's own thread, in the order of the calls; the script waits without its GIL.
};

// The script that calls into the host.
struct Caller {
  ScriptId id{};
  std::string name;         // the stem of its file
  std::int64_t number = 0;  // `vh.myid`: LoadOptions::number, or else the id
  std::uint32_t run = 0;    // how often it has been reloaded
};

// What a hub implements, so that scripts can act on it.
class Host {
 public:
  virtual ~Host() = default;

  // Runs a function of the `vh` module. `args` has as many values as the row has arguments, of the
  // kinds that it names, None for an optional one that was not given. Strings are bytes in the
  // hub's encoding, both ways. An error becomes a Python exception in the script.
  //
  // Thread safety: rows with RunsOn::kHost come on the host's thread only; those with
  // RunsOn::kCaller on any thread, several together, with the script's GIL held: they must be quick
  // and must not wait for anything that may wait for a script.
  [[nodiscard]] virtual Result<Value> vh_call(Vh function, std::span<const Value> args,
                                              const Caller& caller) = 0;

  // Starts a function with RunsOn::kHost. A host that answers later overrides this and fulfils the
  // promise then, from any thread; it must not use the arguments after returning. By default
  // fulfils the promise immediately with the result of vh_call.
  virtual void vh_start(Vh function, std::span<const Value> args, const Caller& caller,
                        Promise<Value> promise);

  // The same for a function with RunsOn::kCaller that takes texts only, so that none needs to be
  // copied. They come as long as they are given, without the optional ones that were not, and live
  // until this returns. Must answer as vh_call does, which it asks unless a hub has a quicker way.
  [[nodiscard]] virtual Result<Value> vh_read(Vh function, std::span<const std::string_view> texts,
                                              const Caller& caller);

  // A script has said what it calls itself: `vh.name_and_version`. On the host's thread, in the
  // order of its calls; the script waits until this returns. Does nothing unless a hub wants to
  // know.
  virtual void on_script_named(const std::string& name, const std::string& version,
                               const Caller& caller);

  // A script has ended, or failed to load, or a reload has replaced it: the host may free what it
  // keeps for this run. Called on the host's thread, after all calls of the script and before those
  // of one that is loaded once ScriptHost::unload() is done. Not called for scripts that end with
  // the ScriptHost.
  virtual void on_script_unloaded(const Caller& caller);

 protected:
  // The answer of a host that does not have the function: a RuntimeError in the script.
  [[nodiscard]] static std::unexpected<Error> no_such_function(Vh function);
};

// Stands in for a hub where there is none (`hookline call`, `hookline check`): a hub whose settings
// are all unset, and for everything else an error that says so.
class NoHub final : public Host {
 public:
  [[nodiscard]] Result<Value> vh_call(Vh function, std::span<const Value> args,
                                      const Caller& caller) override;
};

}  // namespace hookline
