#pragma once

#include "marshal/py_ref.h"
#include "plugin/host_call.h"
#include "plugin/vh_state.h"

namespace hookline {

// Starts the call and returns the asyncio future of its result, which belongs to the loop that runs
// on the calling thread. Null with an exception set if there is none (RuntimeError). No thread
// waits meanwhile. REQUIRES: the GIL.
[[nodiscard]] PyRef start_awaitable(VhState& state, HostCall call);

}  // namespace hookline
