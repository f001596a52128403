#pragma once

#include "hookline/vh_table.h"
#include "marshal/py_ref.h"
#include "plugin/module/vh_arguments.h"
#include "plugin/module/vh_state.h"

namespace hookline::detail {

// Implements the context manager `vh.batch()`: everything that the script sends inside of the block
// (vh.mc, vh.pm, ...) reaches the host's thread together at its end, in order and without calls of
// other scripts in between.
//
// - Any other call that runs on the host's thread first delivers the sends before it, so that the
//   script's order is kept.
// - An exception that leaves the block does not cancel the sends before it.
// - A batch inside of a batch is part of the outer one.
// - A batch applies only to the running thread or asyncio task.
// - A send inside returns True immediately. The first send that fails raises at the end of the
//   block, after all have been tried.

// Return null with an exception set on failure. REQUIRES, for all functions here: the GIL.
[[nodiscard]] PyRef make_vh_batch_type(PyObject* module);
[[nodiscard]] PyRef make_vh_batch(const VhState& state);

// Runs a function of the table with RunsOn::kHost while a batch is open. Returns like
// run_vh_function.
[[nodiscard]] PyObject* run_in_batch(VhState& state, Vh function, const VhArguments& given);

// Delivers the sends so far of the batch that the caller is in, if any. Returns false with an
// exception set on failure.
[[nodiscard]] bool flush_batch(VhState& state);

}  // namespace hookline::detail
