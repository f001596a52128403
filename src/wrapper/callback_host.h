#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "wrapper/callback_table.h"
#include "wrapper/settings.h"

namespace hookline::wrapper {

// A hub that is a table of C callbacks. Their code is not thread-safe: REQUIRES a ScriptHost with
// reads_on_host.
//
// Thread affinity: the host thread.
class CallbackHost final : public Host {
 public:
  // The settings of one script, by its Caller::number.
  using SettingsOf = std::function<std::shared_ptr<const Settings>(std::int64_t number)>;

  // `callbacks` has W_MAX_CALLBACKS places, and is copied.
  CallbackHost(const w_Tcallback* callbacks, SettingsOf settings_of);
  // Before any script is loaded. Not owned; must outlive their calls.
  void serve(ScriptHost& scripts) noexcept { scripts_ = &scripts; }

  [[nodiscard]] Result<Value> vh_call(Vh function, std::span<const Value> args,
                                      const Caller& caller) override;
  void vh_start(Vh function, std::span<const Value> args, const Caller& caller,
                Promise<Value> promise) override;

  void on_script_named(const std::string& name, const std::string& version,
                       const Caller& caller) override;

  // Calls what w_RegisterFunction was given.
  [[nodiscard]] Result<Value> call_registered(w_Tcallback function, std::span<const Value> args,
                                              const Caller& caller);

  // Whether a call of this script is under way, further out on this very stack: then its worker
  // waits for us, so that to wait for it would be for ever.
  [[nodiscard]] bool is_serving(ScriptId script) const noexcept;

 private:
  class Serving;

  [[nodiscard]] w_Tcallback callback(int number) const {
    return number < 0 ? nullptr : callbacks_.at(static_cast<std::size_t>(number));
  }
  // Nothing it throws gets out: it must not be unwound into CPython.
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
  std::vector<ScriptId> serving_;
};

}  // namespace hookline::wrapper
