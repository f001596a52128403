#pragma once

#include "hookline/vh_table.h"
#include "marshal/py_ref.h"
#include "plugin/module/vh_arguments.h"
#include "plugin/module/vh_state.h"

namespace hookline::detail {

// The context manager `vh.batch()`: what the script sends inside of the block (vh.mc, vh.pm, ...)
// reaches the host's thread together at its end, in order and with nothing of other scripts in
// between.
//
// - Whatever else is to run on the host's thread takes what has been sent before along, so that the
//   order stays that of the script.
// - An exception that leaves the block does not take back what has been sent.
// - A batch inside of a batch is part of that one.
// - It is the running thread's or asyncio task's alone.
// - A send inside returns True at once. The first that fails raises at the end of the block, after
//   all have been tried.

// Null with an exception set on failure. All here REQUIRES the GIL.
[[nodiscard]] PyRef make_vh_batch_type(PyObject* module);
[[nodiscard]] PyRef make_vh_batch(const VhState& state);

// Runs a function of the table with RunsOn::kHost while some batch is open. As run_vh_function.
[[nodiscard]] PyObject* run_in_batch(VhState& state, Vh function, const VhArguments& given);

// Delivers what the batch that the caller is in, if any, has so far. False with an exception set.
[[nodiscard]] bool flush_batch(VhState& state);

}  // namespace hookline::detail
