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
#include "wrapper/c_memory.h"
#include "wrapper/callback_host.h"
#include "wrapper/open_calls.h"
#include "wrapper/script_table.h"

namespace hookline::wrapper {

// What w_Load is told.
struct ScriptToLoad {
  int id = 0;
  std::filesystem::path path;
  HostIdentity identity;
};

// What is alive from w_Begin to w_End. Methods are the functions of wrapper.h of those names, which
// say what they do, with an Error in the place of their failures.
//
// Thread safety: all methods from any thread, but for serve() and end(). The host thread is the one
// that called start().
class Session {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Session>> start(const w_Tcallback* callbacks);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // end(), and waits for the scripts. On the host thread.
  ~Session();

  [[nodiscard]] bool on_host_thread() const noexcept {
    return std::this_thread::get_id() == host_thread_;
  }
  // Runs the scripts' calls that wait for the host thread, which this is.
  void serve();
  // Ends every script, and whatever waits for one. Methods fail from here on. Returns the names of
  // the scripts that have not ended within the load_deadline of the most patient one: their threads
  // are left to themselves, and use the session until has_ended().
  [[nodiscard]] std::vector<std::string> end();
  // Whether the scripts that end() left have ended by now. REQUIRES: end() has been called.
  [[nodiscard]] bool has_ended();

  [[nodiscard]] int reserve_id() { return table_.reserve(); }
  [[nodiscard]] Result<int> load(const ScriptToLoad& script);
  [[nodiscard]] Result<void> unload(int id);
  [[nodiscard]] Result<int> find(std::string_view path_or_name) const;

  [[nodiscard]] bool has_hook(int id, int number) const;
  // `deadline`: instead of that of the settings.
  [[nodiscard]] Result<OwnedArgs> call_hook(int id, int number, const w_Targs* params,
                                            std::optional<Duration> deadline);
  // `deadline`: nothing for none.
  [[nodiscard]] Result<OwnedArgs> call_function(int id, std::string_view name,
                                                const w_Targs* params,
                                                std::optional<Duration> deadline);
  [[nodiscard]] Result<void> call_function_async(int id, std::string_view name,
                                                 const w_Targs* params,
                                                 std::optional<Duration> deadline, w_Tdone done,
                                                 void* user_data);

  // -1: all scripts.
  [[nodiscard]] Result<void> register_function(int script_id, std::string_view name,
                                               w_Tcallback callback);
  [[nodiscard]] Result<void> unregister_function(int script_id, std::string_view name);

 private:
  explicit Session(const w_Tcallback* callbacks);

  [[nodiscard]] Result<ScriptTable::Loaded> loaded(int id) const;
  [[nodiscard]] Result<std::optional<ScriptId>> target(int script_id) const;
  // Whether to wait for this script, here and now, would be for ever.
  [[nodiscard]] bool waits_for_us(ScriptId script) const {
    return on_host_thread() && callbacks_.is_serving(script);
  }
  [[nodiscard]] Result<Future<Value>> call(const ScriptTable::Loaded& script, std::string_view name,
                                           const w_Targs* params, std::optional<Duration> deadline);
  [[nodiscard]] Result<ScriptId> wait_for_load(Future<ScriptId> loading, Duration patience);
  // For a wait: on any other thread than the host's, which is the one that ends, end() ends it too.
  [[nodiscard]] Future<Value> until_the_end(Future<Value> call);

  const std::thread::id host_thread_ = std::this_thread::get_id();
  ScriptTable table_;
  OpenCalls open_calls_;
  CallbackHost callbacks_;
  std::unique_ptr<ScriptHost> scripts_;
};

}  // namespace hookline::wrapper
