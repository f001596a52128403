#pragma once

#include <string_view>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/config/settings.h"
#include "hub/store/store.h"

namespace hookline::hub {

// Gives the variables the values that were set before the last restart: they win over the config
// file. Those that a newer configuration does not allow are left out. Before the store's first
// write.
[[nodiscard]] Result<void> load_settings(Store& store, Settings& settings);

// Stores the present value of a variable. The future has True when it is durable.
[[nodiscard]] Future<Value> save_setting(Store& store, const Settings& settings,
                                         std::string_view conf, std::string_view name);

}  // namespace hookline::hub
