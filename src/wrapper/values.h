#pragma once

#include <string_view>

#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/value.h"
#include "wrapper/args.h"

namespace hookline::wrapper {

// These functions convert between argument lists of the C interface and values whose text is bytes
// in the hub's encoding (TextMode::kHost). `codec` describes that encoding.

// Returns one value for each letter: an int for l and p, a float for d, a str for s, a list of str
// for L, the content of the JSON for D, a tuple for T(...). A null s, D, L or O is None. Fails with
// kBadArguments if format and elements disagree, and with kUnsupportedType for a Python object,
// which belongs to another interpreter than the script's.
[[nodiscard]] Result<List> read_args(const w_Targs& args, const TextCodec& codec);

// Makes the result of w_CallFunction: l, d, s or D, or null for None.
[[nodiscard]] Result<OwnedArgs> function_result(const Value& value, const TextCodec& codec);

// Makes the result of w_CallHook. Fails with kBadArguments if the value has no meaning for the
// hook.
[[nodiscard]] Result<OwnedArgs> hook_result(Hook hook, const Value& value);

}  // namespace hookline::wrapper
