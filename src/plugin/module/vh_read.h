#pragma once

#include "hookline/vh_table.h"
#include "marshal/py_ref.h"
#include "plugin/functions/script_context.h"
#include "plugin/module/vh_call.h"

namespace hookline::detail {

// As run_vh_function, for a function whose signature is_text_read. Scripts ask such things for
// every line of chat: the usual call makes no copy of its texts.
[[nodiscard]] PyObject* run_vh_read(Vh function, const VhArguments& given,
                                    const ScriptContext& context);

}  // namespace hookline::detail
