#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "hookline/result.h"
#include "hookline/value.h"
#include "hookline/vh_table.h"
#include "marshal/py_ref.h"
#include "plugin/functions/raise_in_python.h"  // IWYU pragma: export
#include "plugin/functions/script_context.h"
#include "plugin/module/vh_arguments.h"
#include "plugin/types/vh_signature.h"

namespace hookline::detail {

using VhValues = std::array<Value, kMaxVhArguments>;

// Fills `values` with one Value per argument of the row, None where an optional one was not given,
// and returns their number. Returns nullopt on failure, with a Python TypeError set that names the
// function and the argument. REQUIRES: the GIL.
[[nodiscard]] std::optional<std::size_t> read_vh_arguments(Vh function, const VhArguments& given,
                                                           const ScriptContext& context,
                                                           VhValues& values);

// Runs the function where its row says. Releases the GIL while it waits for the host's thread.
// Returns a new reference, or nullptr with a Python exception set. REQUIRES: the GIL of the
// context's interpreter, on any thread of it.
[[nodiscard]] PyObject* run_vh_function(Vh function, const VhArguments& given,
                                        const ScriptContext& context);

// Converts the host's answer. Returns a new reference, or nullptr with a Python exception set.
// REQUIRES: see run_vh_function.
[[nodiscard]] PyObject* vh_result(Vh function, const Result<Value>& result,
                                  const ScriptContext& context);

}  // namespace hookline::detail
