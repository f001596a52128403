#pragma once

#include <cstdint>
#include <string>

#include "hookline/call.h"

namespace [[gnu::visibility("default")]] hookline {

// Says on which thread a function of the host runs when a script calls it.
enum class RunsOn : std::uint8_t {
  kCaller,  // On the script's thread, immediately: the function must be thread-safe.
  kHost,    // On the host's thread, in the order of the calls; the script waits without its GIL.
};

// Describes the script that calls into the host.
struct Caller {
  ScriptId id{};
  std::string name;         // the stem of its file
  std::int64_t number = 0;  // `myid` of the module: LoadOptions::number, or else the id
  std::uint32_t run = 0;    // the number of times that it has been reloaded
};

// Is told what happens to scripts. A host that wants to know overrides these functions, which do
// nothing by default. Ownership: the ScriptHost does not own it.
//
// Thread safety: all functions are called on the host's thread.
class Host {
 public:
  virtual ~Host() = default;

  // Is called when a script has set its own name and version with `name_and_version` of the module,
  // in the order of the script's calls. The script waits until this returns.
  virtual void on_script_named(const std::string& name, const std::string& version,
                               const Caller& caller);

  // Is called when a script has ended, has failed to load, or has been replaced by a reload: the
  // host may free what it keeps for this run. The call comes after all calls of the script, and
  // before those of a script that is loaded once ScriptHost::unload() is done. It does not come for
  // scripts that end with the ScriptHost.
  virtual void on_script_unloaded(const Caller& caller);

  // Is called with a sentence about a script that the people who run the host should read: the
  // script is late and not waited for, or it is in time again. It is in the log, too, whose budget
  // limits these calls.
  virtual void on_script_notice(const Caller& caller, const std::string& notice);
};

}  // namespace hookline
