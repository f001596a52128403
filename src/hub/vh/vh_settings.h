#pragma once

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/config/settings.h"
#include "hub/scripts/other_scripts.h"
#include "hub/session/live_settings.h"
#include "hub/store/script_sql.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Implements the functions of `vh` for the hub's settings and its database.
//
// Thread safety: the hub's thread, except get_config(): any thread.
class VhSettings {
 public:
  // The references must outlive this.
  VhSettings(const Settings& settings, LiveSettings& live, OtherScripts& others, ScriptSql& sql)
      : settings_(settings), live_(live), others_(others), sql_(sql) {}

  [[nodiscard]] Result<Value> get_config(const VhArgs& args) const;
  Future<Value> set_config(const VhArgs& args);
  Future<Value> topic(const VhArgs& args);
  // Runs a statement on the hub's database, see ScriptSql.
  Future<Value> sql(const VhArgs& args);

 private:
  const Settings& settings_;
  LiveSettings& live_;
  OtherScripts& others_;
  ScriptSql& sql_;
};

}  // namespace hookline::hub
