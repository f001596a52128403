#pragma once

#include <string_view>

#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "wrapper/c_memory.h"

namespace hookline::wrapper {

// Between what crosses the C interface and values whose text is bytes of a hub (TextMode::kHub).
// `codec` is the hub's.

// A value for each letter: l and p an int, d a float, s a str, L a list of str, D what the JSON
// says, T(...) a tuple. A null s, D, L or O is None. kBadArguments if format and elements do not
// agree; kUnsupportedType for an object: it belongs to an interpreter, which a script's is not.
[[nodiscard]] Result<List> read_args(const w_Targs& args, const TextCodec& codec);

// What w_CallFunction returns: l, d, s or D; null for None.
[[nodiscard]] Result<OwnedArgs> function_result(const Value& value, const TextCodec& codec);

// What w_CallHook returns. kBadArguments for what has no meaning as a result of this hook.
[[nodiscard]] Result<OwnedArgs> hook_result(Hook hook, const Value& value);

}  // namespace hookline::wrapper
