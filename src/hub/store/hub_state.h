#pragma once

#include <memory>
#include <string_view>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/clocks.h"
#include "hub/config/config.h"
#include "hub/config/settings.h"
#include "hub/store/bans.h"
#include "hub/store/passwords.h"
#include "hub/store/registrations.h"
#include "hub/store/restrictions.h"
#include "hub/store/script_sql.h"
#include "hub/store/script_state.h"
#include "hub/store/store.h"

namespace hookline::hub {

// Sets the variables that were stored before the last restart; they take precedence over the config
// file. A value that a newer configuration does not allow is left out. REQUIRES: called before the
// first write to the store.
[[nodiscard]] Result<void> load_settings(Store& store, Settings& settings);

// Stores the current value of a variable. The future has True when it is durable.
[[nodiscard]] Future<Value> save_setting(Store& store, const Settings& settings,
                                         std::string_view conf, std::string_view name);

// Owns everything that survives a restart, and the threads that work for it.
//
// Thread safety: the hub's thread, except as each part says.
class HubState {
 public:
  // Opens the configuration's database, and reads it, also into `settings`. `clock` must outlive
  // this. An error names the file and says what to do.
  [[nodiscard]] static Result<std::unique_ptr<HubState>> open(const HubConfig& config,
                                                              const Clock& clock,
                                                              Settings& settings);
  HubState(const HubState&) = delete;
  HubState& operator=(const HubState&) = delete;
  // Ends the threads. Passwords that are not hashed and queries that have not ended are abandoned,
  // but everything is written.
  ~HubState() = default;

  // Deletes the bans and restrictions that are over.
  void expire();

  [[nodiscard]] const UnixClock& clock() const noexcept { return clock_; }
  [[nodiscard]] Store& store() noexcept { return *store_; }
  [[nodiscard]] Registrations& registrations() noexcept { return registrations_; }
  [[nodiscard]] Bans& bans() noexcept { return bans_; }
  [[nodiscard]] Restrictions& restrictions() noexcept { return restrictions_; }
  [[nodiscard]] ScriptState& scripts() noexcept { return scripts_; }
  [[nodiscard]] ScriptSql& sql() noexcept { return *sql_; }
  [[nodiscard]] Passwords& passwords() noexcept { return passwords_; }

 private:
  HubState(const HubConfig& config, const Clock& clock, std::unique_ptr<Store> store,
           std::unique_ptr<ScriptSql> sql);
  [[nodiscard]] Result<void> load(Settings& settings);

  UnixClock clock_;
  std::unique_ptr<Store> store_;
  Registrations registrations_;
  Bans bans_;
  Restrictions restrictions_;
  ScriptState scripts_;
  std::unique_ptr<ScriptSql> sql_;
  Passwords passwords_;
};

// Returns the path of the database of this configuration; "" for one in memory.
[[nodiscard]] std::string store_path(const HubConfig& config);

}  // namespace hookline::hub
