#pragma once

#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "dispatch/wait/served_call.h"
#include "dispatch/worker/lane.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/loop.h"

namespace hookline::detail {

// Is a change of a script (load, reload, unload) for which a function of the host may wait on
// behalf of a script. If the change needs the very worker that waits for it, in a circle or
// directly, the future ends with kWouldDeadlock. The change itself goes on, and takes place when
// the worker is free.
//
// Ownership: shared by the change that goes on and by a refusal.
//
// Thread safety: watch() from any thread.
template <class T>
class AwaitedChange final : public AwaitedCall,
                            public std::enable_shared_from_this<AwaitedChange<T>> {
 public:
  // Returns a future of the same result. `lane` is that of the script, and may be nullptr. The
  // change may begin later. Throws std::bad_alloc, and leaves `change` as it is.
  [[nodiscard]] static Future<T> watch(Future<T>&& change, std::shared_ptr<Lane> lane) {
    if (lane == nullptr || !Serving::is_awaited()) {
      return std::move(change);
    }
    const auto watched = std::make_shared<AwaitedChange>(std::move(lane));
    Future<T> future(watched->state_);
    Serving::add(*watched);
    try {
      change.deliver_to(InlineExecutor::instance(), [watched](Result<T> result) {
        const Serving goes_on(watched->remove());
        watched->finish(std::move(result));
      });
    } catch (const std::bad_alloc&) {
      watched->remove();
      throw;
    }
    return future;
  }

  explicit AwaitedChange(std::shared_ptr<Lane> lane) : lane_(std::move(lane)) {}

  [[nodiscard]] std::shared_ptr<ScriptThread> thread() const override {
    return lane_->mailbox().script_thread();
  }
  [[nodiscard]] bool is_awaited() const override { return state_->is_wanted(1); }
  [[nodiscard]] const void* future() const noexcept override { return &state_.core(); }
  [[nodiscard]] std::move_only_function<void()> refuse() override {
    Result<T> error =  // may need memory
        fail(ErrorCode::kWouldDeadlock,
             "would deadlock: the script waits, through the host, for this change, which takes "
             "place when its call has ended");
    if (!state_->try_settle()) {
      return {};
    }
    state_.own().set_result(std::move(error));
    return [self = this->shared_from_this()] { self->state_->publish(); };
  }

 private:
  void finish(Result<T> result) {
    if (state_->try_settle()) {
      state_.own().set_result(std::move(result));
      state_->publish();
    }
  }

  const std::shared_ptr<Lane> lane_;
  FutureStateRef<T> state_{*std::make_unique<PromiseState<T>>().release()};
};

}  // namespace hookline::detail
