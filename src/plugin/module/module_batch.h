#pragma once

#include <cstdint>

#include "marshal/py_ref.h"
#include "plugin/functions/host_call.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Implements the context manager `batch()` of the module: everything that the script sends inside
// of the block (calls of functions with HostFunction::is_send) reaches the host's thread together
// at its end, in order and without calls of other scripts in between.
//
// - Any other call that runs on the host's thread first delivers the sends before it, so that the
//   script's order is kept.
// - An exception that leaves the block does not cancel the sends before it.
// - A batch inside of a batch is part of the outer one.
// - A batch applies only to the running thread or asyncio task.
// - All sends that wait for the end may take ScriptContext::max_value_bytes. One that exceeds that
//   is a ValueError; those before it are delivered.
// - A send inside returns True immediately. The first send that fails raises at the end of the
//   block, after all have been tried.

// Return null with an exception set on failure. REQUIRES, for all functions here: the GIL.
[[nodiscard]] PyRef make_batch_type(PyObject* module);
[[nodiscard]] PyRef make_batch(const ModuleState& state);

// Takes a call of a kHost function into the batch that the caller is in, if there is one and the
// function is a send. Any other call stays, after the sends before it have been delivered. With
// kFailed, an exception is set.
enum class Collected : std::uint8_t { kNo, kYes, kFailed };
[[nodiscard]] Collected collect(ModuleState& state, HostCall& call);

// Delivers the sends so far of the batch that the caller is in, if any. Returns false with an
// exception set on failure.
[[nodiscard]] bool flush_batch(ModuleState& state);

}  // namespace hookline::detail
