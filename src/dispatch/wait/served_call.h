#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace hookline::detail {

class ServedCall;

// Scripts can wait for each other in a circle through the host:
//
//   thread of script A --waits for--> ServedCall: what A asked of the host --waits for-->
//   AwaitedCall
//         ^                                                                                  |
//         |                                                                             runs on
//         |                                                                                  v
//         +----- ... <--runs on-- AwaitedCall <--waits for-- ServedCall <--waits for-- thread of B
//
// A call of B is found to be made on behalf of A because a thread that serves A's call says so
// (Serving), and so do the continuations of the calls that it makes. Before a wait becomes real,
// the thread that is about to wait follows the arrows. If they lead back to it, it ends the call
// that it is about to wait for with kWouldDeadlock. All arrows are drawn and followed under one
// lock of the process, so that of two threads which close a circle together the second one sees it,
// and only that one.
//
// Scripts that do not wait for each other pay for none of this: the lock is only taken by a
// function of the host, called by a script, that itself calls a script.

// Is the thread of a worker, as those see it that wait for the scripts on it.
//
// Thread safety: current() and Here on the thread itself; the rest is guarded by the lock.
class ScriptThread {
 public:
  ScriptThread() = default;
  ScriptThread(const ScriptThread&) = delete;
  ScriptThread& operator=(const ScriptThread&) = delete;
  ~ScriptThread() = default;

  // Returns the calling thread, or nullptr if it is no worker.
  [[nodiscard]] static ScriptThread* current() noexcept { return of_this_thread; }

  // Makes the calling thread the given one while it lives.
  class Here {
   public:
    explicit Here(ScriptThread& thread) noexcept { of_this_thread = &thread; }
    ~Here() { of_this_thread = nullptr; }
    Here(const Here&) = delete;
    Here& operator=(const Here&) = delete;
  };

 private:
  friend class ServedCall;
  friend class CircleSearch;
  [[gnu::tls_model("initial-exec")]] static constinit thread_local ScriptThread* of_this_thread;

  std::vector<const ServedCall*> waits_for_;
};

// Is a call of a script, or a change of one, that a function of the host began for another script.
// It is added to the ServedCall of that script's call, and removed when it has ended.
//
// Thread safety: the virtual methods are called under the lock, so they must not wait for a thread
// that may take it. remove() from any thread.
class AwaitedCall {
 public:
  AwaitedCall() = default;
  AwaitedCall(const AwaitedCall&) = delete;
  AwaitedCall& operator=(const AwaitedCall&) = delete;
  virtual ~AwaitedCall() = default;

  // Returns the thread that has to run it, or nullptr if that is no worker.
  [[nodiscard]] virtual std::shared_ptr<ScriptThread> thread() const = 0;
  // Returns whether somebody still wants its result, which is not there yet.
  [[nodiscard]] virtual bool is_awaited() const = 0;
  // Returns the address of its future's state, or nullptr if it has none.
  [[nodiscard]] virtual const void* future() const noexcept { return nullptr; }
  // Ends it with kWouldDeadlock, unless it has begun or ended. Returns a function that has to be
  // called once the lock has been released; an empty one if the call goes on.
  [[nodiscard]] virtual std::move_only_function<void()> refuse() = 0;

  // Removes it from its ServedCall, which is returned; nullptr if it was never added. Afterwards
  // none of the methods above is called any more.
  std::shared_ptr<ServedCall> remove() noexcept;

 private:
  friend class ServedCall;
  std::shared_ptr<ServedCall> served_;
};

// Stands for one call of a script into the host, from the moment at which the host calls another
// script for it until it is answered.
//
// Ownership: shared by the thread that serves it and by the calls that it makes.
//
// Thread safety: all methods from any thread.
class ServedCall : public std::enable_shared_from_this<ServedCall> {
 public:
  // `waiter` waits until end(), and must live until then; nullptr: no worker waits.
  [[nodiscard]] static std::shared_ptr<ServedCall> make(ScriptThread* waiter);
  ServedCall(const ServedCall&) = delete;
  ServedCall& operator=(const ServedCall&) = delete;
  ~ServedCall() { end(); }

  // Adds a call that is made for it. May refuse it immediately.
  void add(AwaitedCall& call);
  // Says that the answer waits for all calls that were added, and for those that will be.
  void wait_for_all();
  // Says that it is answered.
  void end() noexcept;

 private:
  friend class AwaitedCall;
  friend class BlockedThread;
  friend class CircleSearch;
  enum class Waits : std::uint8_t { kNot, kForOne, kForAll };

  ServedCall() = default;
  [[nodiscard]] bool waits_for(const AwaitedCall& call) const;

  ScriptThread* waiter_ = nullptr;
  bool ended_ = false;
  Waits waits_ = Waits::kNot;
  const void* one_ = nullptr;  // the future, if it waits for one
  std::vector<AwaitedCall*> calls_;
  const ServedCall* above_ = nullptr;  // the call that its thread serves meanwhile, and blocks in
};

// Says, while it lives, that the calling thread runs code of the host for a script's call. These
// are nested if the thread serves another call while it waits.
//
// Thread affinity: one thread.
class Serving {
 public:
  // `waiter` waits until the code has returned; nullptr: no worker does.
  explicit Serving(ScriptThread* waiter) noexcept : waiter_(waiter), outer_(innermost) {
    innermost = this;
  }
  // Goes on with a call that was served before; `served` may be nullptr.
  explicit Serving(std::shared_ptr<ServedCall> served) noexcept
      : waiter_(nullptr), outer_(innermost), served_(std::move(served)), continues_(true) {
    innermost = this;
  }
  ~Serving() {
    innermost = outer_;
    if (served_ != nullptr && !continues_) [[unlikely]] {
      served_->end();
    }
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  // Returns the innermost one of the calling thread, or nullptr.
  [[nodiscard]] static Serving* current() noexcept { return innermost; }
  // Returns what the calling thread serves, for code that will go on with it; nullptr if nothing.
  [[nodiscard]] static std::shared_ptr<ServedCall> current_call();
  // Returns whether the calling thread is inside a function of the host that it runs for a script,
  // and not only in what goes on after one.
  [[nodiscard]] static bool is_under_way() noexcept;
  // Returns whether somebody may wait for the calls that the calling thread makes.
  [[nodiscard]] static bool is_awaited() noexcept {
    return innermost != nullptr && innermost->matters();
  }
  // Adds a call to what the calling thread serves. REQUIRES: is_awaited().
  static void add(AwaitedCall& call) { innermost->call()->add(call); }

  // Lets the call outlive this object; its new owner calls end(). Returns nullptr if the host
  // has made no call of a script for it.
  [[nodiscard]] std::shared_ptr<ServedCall> take() noexcept { return std::move(served_); }

 private:
  friend class BlockedThread;
  [[nodiscard]] bool matters() const noexcept;
  [[nodiscard]] const std::shared_ptr<ServedCall>& call();

  [[gnu::tls_model("initial-exec")]] static constinit thread_local Serving* innermost;

  ScriptThread* const waiter_;
  Serving* const outer_;
  std::shared_ptr<ServedCall> served_;
  const bool continues_ = false;
};

// Says, while it lives, that nobody waits for the calls that the calling thread makes, so they
// cannot be part of a circle. It also stands for code of a script that is called from a function of
// the host.
//
// Thread affinity: one thread.
class ServingNobody {
 public:
  ServingNobody() noexcept : nobody_(std::shared_ptr<ServedCall>()) {}

 private:
  const Serving nobody_;
};

// Says, while it lives, that the calling thread waits without a limit for the future with this
// state (nullptr: it does not). May end a call with kWouldDeadlock for that, which may make the
// future ready.
//
// Thread affinity: one thread.
class BlockedThread {
 public:
  explicit BlockedThread(const void* future) {
    if (future != nullptr && Serving::current() != nullptr) [[unlikely]] {
      block(*Serving::current(), future);
    }
  }
  ~BlockedThread() {
    if (served_ != nullptr) [[unlikely]] {
      unblock();
    }
  }
  BlockedThread(const BlockedThread&) = delete;
  BlockedThread& operator=(const BlockedThread&) = delete;

 private:
  struct Outer {
    ServedCall* served;
    const ServedCall* above;  // what it had before
  };
  void block(Serving& serving, const void* future);
  void unblock() noexcept;

  std::shared_ptr<ServedCall> served_;
  ServedCall::Waits before_ = ServedCall::Waits::kNot;
  const void* one_before_ = nullptr;
  std::vector<Outer> outer_;
};

}  // namespace hookline::detail
