#pragma once

#include <utility>

#include "dispatch/call/queue_slot.h"
#include "dispatch/call/run_progress.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "marshal/request.h"

namespace hookline::detail {

class Runner;

// Returns the result of a call that try_start() refused.
[[nodiscard]] Result<Value> cancelled_before_start();

// Is one invocation on its way: what to run, and where its result goes. Intrusive: a mailbox stores
// a pointer to it, together with the request if that is small (QueueSlot).
//
// Ownership: posting a call gives it up. Exactly one finish() ends it. It must not be touched after
// that, since it has returned to its pool or has been deleted. A call without state of its own may
// be posted again while it waits, with a request in each slot, and is finished as many times.
//
// Thread safety: one thread at a time; the mailbox hands it over.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  virtual ~Call() = default;

  // Does everything that the worker has to do: starts the call, runs its request and finishes it,
  // unless the lane is taken away from the worker meanwhile (RunProgress). `slot` is the call's
  // element of the mailbox. Classes whose calls are frequent override this
  // with run_directly(), which does the same without virtual calls.
  virtual void run(Runner& runner, const QueueSlot& slot) noexcept;

  // Claims the call for running. Returns false if it has ended meanwhile (cancelled, past its
  // deadline, not wanted any more): it is then not run, and finish() only frees it.
  [[nodiscard]] virtual bool try_start() noexcept { return true; }

  // Delivers the result. Must not throw and must not block: it runs on the worker between two
  // calls, or on the posting thread if the mailbox does not take the call or displaces it. May
  // post.
  virtual void finish(Result<Value>&& result) noexcept = 0;

  // Returns the request if the slot does not carry it. Valid until finish().
  [[nodiscard]] virtual Request request() const { return {}; }
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
  // Gets ready for calls. After an error, close() is not called and the lane ends.
  [[nodiscard]] virtual Result<void> open() = 0;
  // Surround a run of calls: they acquire and release what is expensive to acquire for each call,
  // such as the GIL.
  virtual void begin_batch() noexcept = 0;
  virtual void end_batch() noexcept = 0;
  // Runs one request. Must not throw. REQUIRES: a batch has begun.
  [[nodiscard]] virtual Result<Value> run(const Request& request) = 0;
  // Does the same for a request that is in its slot; a runner may have a quicker way for it.
  // REQUIRES: slot.carries_request().
  [[nodiscard]] virtual Result<Value> run_posted(const QueueSlot& slot);
  // REQUIRES: no batch has begun.
  virtual void close() noexcept = 0;
  // Is called instead of close() once a worker that has lost its lane returns to it: releases what
  // it can without the script's help. `in_batch` tells whether a batch has begun.
  virtual void retire(bool in_batch) noexcept = 0;
  // Is called last on a worker that has lost its lane and has returned to it.
  virtual void on_returned() noexcept {}

  // The lane begins the steps. Each call ends its own between running and finishing.
  [[nodiscard]] RunProgress& progress() noexcept { return progress_; }

 private:
  RunProgress progress_;
};

// Call::run() for a final class, whose methods the compiler can call directly.
template <class FinalCall>
void run_directly(FinalCall& call, Runner& runner, const QueueSlot& slot) noexcept {
  if (call.FinalCall::try_start()) [[likely]] {
    Result<Value> result =
        slot.carries_request() ? runner.run_posted(slot) : runner.run(call.FinalCall::request());
    if (runner.progress().end()) [[likely]] {
      call.FinalCall::finish(std::move(result));
    }
  } else {
    call.FinalCall::finish(cancelled_before_start());
  }
}

}  // namespace hookline::detail
