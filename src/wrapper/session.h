#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/module.h"
#include "wrapper/args.h"
#include "wrapper/callback_host.h"
#include "wrapper/open_calls.h"
#include "wrapper/script_table.h"

namespace hookline::wrapper {

// Holds the arguments of w_Load.
struct ScriptToLoad {
  int id = 0;
  std::filesystem::path path;
  verlihub::Identity identity;
};

// Owns the scripts and registered functions between w_Begin and w_End. Its methods implement the
// functions of wrapper.h of the same names, which are documented there, and return an Error where
// these fail.
//
// Thread safety: all methods from any thread, except serve() and end(), which need the host thread:
// the one that called start().
class Session {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Session>> start(const w_Tcallback* callbacks);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // Calls end() and waits for the scripts. Must run on the host thread.
  ~Session();

  [[nodiscard]] bool on_host_thread() const noexcept {
    return std::this_thread::get_id() == host_thread_;
  }
  // Runs the calls of scripts that wait for the host thread.
  void serve();
  // Ends all scripts, and completes everything that waits for them. From then on methods fail.
  // Returns the names of the scripts that have not ended within the longest load_deadline of all
  // scripts. Their threads are abandoned, and use the session until has_ended().
  [[nodiscard]] std::vector<std::string> end();
  // Returns whether the scripts that end() abandoned have ended by now. REQUIRES: end() has been
  // called.
  [[nodiscard]] bool has_ended();

  [[nodiscard]] int reserve_id() { return table_.reserve(); }
  [[nodiscard]] Result<int> load(const ScriptToLoad& script);
  [[nodiscard]] Result<void> unload(int id);
  [[nodiscard]] Result<int> find(std::string_view path_or_name) const;

  [[nodiscard]] bool has_hook(int id, int number) const;
  // `deadline` overrides the one of the settings.
  [[nodiscard]] Result<OwnedArgs> call_hook(int id, int number, const w_Targs* params,
                                            std::optional<Duration> deadline);
  // Without a `deadline`, the call may take any time.
  [[nodiscard]] Result<OwnedArgs> call_function(int id, std::string_view name,
                                                const w_Targs* params,
                                                std::optional<Duration> deadline);
  [[nodiscard]] Result<void> call_function_async(int id, std::string_view name,
                                                 const w_Targs* params,
                                                 std::optional<Duration> deadline, w_Tdone done,
                                                 void* user_data);

  // Registers a function. A `script_id` of -1 means all scripts.
  [[nodiscard]] Result<void> register_function(int script_id, std::string_view name,
                                               w_Tcallback callback);
  [[nodiscard]] Result<void> unregister_function(int script_id, std::string_view name);

 private:
  explicit Session(const w_Tcallback* callbacks);

  [[nodiscard]] Result<ScriptTable::Loaded> loaded(int id) const;
  [[nodiscard]] Result<std::optional<ScriptId>> target(int script_id) const;
  // Returns whether waiting for this script on this thread would deadlock.
  [[nodiscard]] bool would_deadlock(ScriptId script) const {
    return on_host_thread() && callbacks_.is_serving(script);
  }
  [[nodiscard]] Result<Future<Value>> call(const ScriptTable::Loaded& script, std::string_view name,
                                           const w_Targs* params, std::optional<Duration> deadline);
  [[nodiscard]] Result<ScriptId> wait_for_load(const std::filesystem::path& path,
                                               Future<ScriptId> loading, Duration patience);
  // Makes a call that a thread is about to wait for end with the session. The host thread does not
  // need this, because it is the one that calls end().
  [[nodiscard]] Future<Value> ended_by_shutdown(Future<Value> call);

  const std::thread::id host_thread_ = std::this_thread::get_id();
  ScriptTable table_;
  OpenCalls open_calls_;
  CallbackHost callbacks_;
  std::unique_ptr<ScriptHost> scripts_;
};

}  // namespace hookline::wrapper
