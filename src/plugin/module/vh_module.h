#pragma once

#include "interp/runtime.h"

namespace hookline::detail {

// Returns the `vh` module, for RuntimeOptions::modules. Every function is a row of vh_table.h,
// except those that do not need the host (encode, decode, name_and_version).
[[nodiscard]] BuiltinModule vh_module();

}  // namespace hookline::detail
