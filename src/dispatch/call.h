#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "dispatch/call_stamp.h"
#include "dispatch/request_extras.h"
#include "marshal/error.h"
#include "marshal/packed_scalars.h"
#include "marshal/scalar.h"
#include "marshal/text.h"
#include "marshal/value.h"

namespace hookline {

class Runner;

// What is to be run: data only, so that a runner may as well send it to another process.
struct Request {
  // A function that the runner has resolved before, or kByName.
  static constexpr std::uint32_t kByName = UINT32_MAX;
  std::uint32_t function = kByName;
  std::string_view name;  // used if function == kByName
  // The arguments: all in `scalars` if there are any there, otherwise all in `args`.
  std::span<const Scalar> scalars;
  std::span<const Value> args;
  TextMode text = TextMode::kExact;
  const RequestExtras* extras = nullptr;  // nullptr: none. Only with kByName.

  [[nodiscard]] std::size_t size() const noexcept {
    return scalars.empty() ? args.size() : scalars.size();
  }
  // A copy of one. REQUIRES: index < size().
  [[nodiscard]] Value arg(std::size_t index) const {
    return scalars.empty() ? args[index] : scalars[index].to_value();
  }
};

// Where a call puts what its Request points to and it does not have in that form.
using RequestSpace = PackedScalars::Unpacked;

// The result of a call that could not be claimed.
[[nodiscard]] Result<Value> cancelled_before_start();

// One invocation on its way: what to run, and where its result goes. Intrusive: a mailbox stores
// the pointer only.
//
// Life: whoever posts it gives it up. Exactly one finish() ends it, after which it must not be
// touched: it has given itself back to its pool or has been deleted.
//
// Thread safety: one thread at a time; the mailbox hands it over.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  virtual ~Call() = default;

  // All there is to do with it on the worker: claims it, executes it, finishes it. Classes whose
  // calls are frequent override it by run_directly(), to the same effect.
  virtual void run(Runner& runner) noexcept;

  // Claims the call for running. False if it has ended meanwhile (cancelled, past its deadline, no
  // longer wanted): it is then not run, and finish() only gives it back.
  [[nodiscard]] virtual bool try_start() noexcept { return true; }

  // Runs it on the worker. The default asks the runner to run request().
  [[nodiscard]] virtual Result<Value> execute(Runner& runner);

  // Delivers the result. Must not throw, and must not block: it runs on the worker between two
  // calls, or, for a call that a mailbox does not take or displaces, on the thread that posts. May
  // post.
  virtual void finish(Result<Value> result) noexcept = 0;

  // Valid until finish(), and as long as `space` is.
  [[nodiscard]] virtual Request request(RequestSpace& /*space*/) const { return {}; }

  // Written when it is accepted.
  [[nodiscard]] CallStamp& stamp() noexcept { return stamp_; }

 private:
  CallStamp stamp_;
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
  // REQUIRES: outside a batch.
  virtual void close() noexcept = 0;
};

// Call::run() for a final class, whose methods the compiler then calls directly.
template <class FinalCall>
void run_directly(FinalCall& call, Runner& runner) noexcept {
  if (call.FinalCall::try_start()) [[likely]] {
    RequestSpace space;
    call.FinalCall::finish(runner.run(call.FinalCall::request(space)));
  } else {
    call.FinalCall::finish(cancelled_before_start());
  }
}

}  // namespace hookline
