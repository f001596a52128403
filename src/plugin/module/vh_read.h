#pragma once

#include "hookline/vh_table.h"
#include "marshal/py_ref.h"
#include "plugin/functions/script_context.h"
#include "plugin/module/vh_call.h"

namespace hookline::detail {

// Does what run_vh_function does, for a function whose signature is_text_read. Scripts call these
// for every line of chat, so the usual call does not copy its texts.
[[nodiscard]] PyObject* run_vh_read(Vh function, const VhArguments& given,
                                    const ScriptContext& context);

}  // namespace hookline::detail
