#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "wrapper/callback_table.h"
#include "wrapper/settings.h"

namespace hookline::wrapper {

// Serves the functions of `vh` by a table of C callbacks.
//
// Thread safety: the host thread only, because the callbacks are not thread-safe.
// REQUIRES: the module is made with Reads::kOnHost.
class CallbackHost final : public Host, public verlihub::Functions {
 public:
  // Returns the settings of the script with this Caller::number.
  using SettingsOf = std::function<std::shared_ptr<const Settings>(std::int64_t number)>;

  // Copies `callbacks`, which has W_MAX_CALLBACKS entries.
  CallbackHost(const w_Tcallback* callbacks, SettingsOf settings_of);
  // Must be called before any script is loaded. Does not own `scripts`, which must outlive all
  // calls.
  void serve(ScriptHost& scripts) noexcept { scripts_ = &scripts; }

  [[nodiscard]] Result<Value> call(Vh function, std::span<const Value> args,
                                   const Caller& caller) override;
  [[nodiscard]] Future<Value> start(Vh function, std::span<const Value> args,
                                    const Caller& caller) override;

  void on_script_named(const std::string& name, const std::string& version,
                       const Caller& caller) override;

  // Calls a function that w_RegisterFunction has registered.
  [[nodiscard]] Result<Value> call_registered(w_Tcallback function, std::span<const Value> args,
                                              const Caller& caller);

  // Returns whether a call of this script is running further up this stack. Its worker then waits
  // for the host thread, so waiting for the script would deadlock.
  [[nodiscard]] bool is_serving(ScriptId script) const noexcept;

 private:
  class ActiveCall;

  [[nodiscard]] w_Tcallback callback(int number) const {
    return number < 0 ? nullptr : callbacks_.at(static_cast<std::size_t>(number));
  }
  // Turns exceptions into errors, so that none unwinds into CPython.
  [[nodiscard]] Result<w_Targs*> call_guarded(w_Tcallback function, const Caller& caller,
                                              w_Targs* args) const;
  [[nodiscard]] Result<Value> raw_list(std::string_view keyword, int number, const Caller& caller);
  [[nodiscard]] Result<Value> call_row(int number, std::span<const Value> args,
                                       const Caller& caller);
  [[nodiscard]] Result<Value> query_in_steps(std::span<const Value> args, const Caller& caller);
  [[nodiscard]] Result<List> fetch_rows(std::int64_t count, const Value& handle,
                                        const Caller& caller);

  std::array<w_Tcallback, W_MAX_CALLBACKS> callbacks_{};
  SettingsOf settings_of_;
  ScriptHost* scripts_ = nullptr;
  std::vector<ScriptId> active_;
};

}  // namespace hookline::wrapper
