#include "dispatch/call_queue.h"

namespace hookline {

// One block to begin with: most of a host's mailboxes are quiet.
CallQueue::CallQueue() : queue_(Queue::BLOCK_SIZE), consumer_(queue_) {}

CallQueue::~CallQueue() = default;

}  // namespace hookline
