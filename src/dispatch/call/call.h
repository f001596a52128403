#pragma once

#include "dispatch/call/queue_slot.h"
#include "dispatch/call/request.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline::detail {

class Runner;

// The result of a call that could not be claimed.
[[nodiscard]] Result<Value> cancelled_before_start();

// One invocation on its way: what to run, and where its result goes. Intrusive: a mailbox stores a
// pointer to it, and beside that the request if it is small (QueueSlot).
//
// Life: whoever posts it gives it up. Exactly one finish() ends it, after which it must not be
// touched: it has given itself back to its pool or has been deleted. A call that has no state of
// its own may be posted many times at once, with a request in each posting, and is finished as
// often.
//
// Thread safety: one thread at a time; the mailbox hands it over.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  virtual ~Call() = default;

  // All there is to do with it on the worker: claims it, executes it, finishes it. `posting` is
  // what its mailbox had of it. Classes whose calls are frequent override it by run_directly(), to
  // the same effect.
  virtual void run(Runner& runner, const QueueSlot& posting) noexcept;

  // Claims the call for running. False if it has ended meanwhile (cancelled, past its deadline, no
  // longer wanted): it is then not run, and finish() only gives it back.
  [[nodiscard]] virtual bool try_start() noexcept { return true; }

  // Runs it on the worker. The default asks the runner to run the request.
  [[nodiscard]] virtual Result<Value> execute(Runner& runner, const QueueSlot& posting);

  // Delivers the result. Must not throw, and must not block: it runs on the worker between two
  // calls, or, for a call that a mailbox does not take or displaces, on the thread that posts. May
  // post.
  virtual void finish(Result<Value> result) noexcept = 0;

  // What is to be run if the posting does not carry it. Valid until finish(), and as long as
  // `space` is.
  [[nodiscard]] virtual Request request(RequestSpace& /*space*/) const { return {}; }
};

// Executes the calls of one mailbox: an interpreter in this process, or later a peer elsewhere.
//
// Thread affinity: constructed anywhere, then all methods on its worker thread, open() first and
// close() last.
class Runner {
 public:
  Runner() = default;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  virtual ~Runner() = default;
  // Makes it ready. After an error close() is not called and the lane ends.
  [[nodiscard]] virtual Result<void> open() = 0;
  // Brackets a run of calls: takes and gives up what is expensive to take for each (the GIL).
  virtual void begin_batch() noexcept = 0;
  virtual void end_batch() noexcept = 0;
  // REQUIRES: within a batch. Must not throw.
  [[nodiscard]] virtual Result<Value> run(const Request& request) = 0;
  // The same for a request that is in its posting, for a runner that has a quicker way.
  // REQUIRES: posting.carries_request().
  [[nodiscard]] virtual Result<Value> run_posted(const QueueSlot& posting);
  // REQUIRES: outside a batch.
  virtual void close() noexcept = 0;
};

// Call::run() for a final class, whose methods the compiler then calls directly.
template <class FinalCall>
void run_directly(FinalCall& call, Runner& runner, const QueueSlot& posting) noexcept {
  if (call.FinalCall::try_start()) [[likely]] {
    if (posting.carries_request()) [[likely]] {
      call.FinalCall::finish(runner.run_posted(posting));
    } else {
      RequestSpace space;
      call.FinalCall::finish(runner.run(call.FinalCall::request(space)));
    }
  } else {
    call.FinalCall::finish(cancelled_before_start());
  }
}

}  // namespace hookline::detail
