#pragma once

#include "dispatch/base/token_queue.h"
#include "dispatch/call/queue_slot.h"

namespace hookline::detail {

// Where accepted calls wait. Admission sees to the bound. See TokenQueue for order and threads:
// push() and take_any() from any thread, take() from the worker.
class CallQueue final : public TokenQueue<QueueSlot> {};

}  // namespace hookline::detail
