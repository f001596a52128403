#pragma once

#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "hookline/clock.h"
#include "interp/interrupter.h"

namespace hookline::detail {

// Remembers where a script's code was when it was seen last. Looking waits for the script's GIL,
// which code in C may keep, so that it takes place on a thread of its own, and nobody waits for it.
//
// Ownership: shared with the thread that looks.
//
// Thread safety: all methods from any thread.
class SeenPlace : public std::enable_shared_from_this<SeenPlace> {
 public:
  // Returns the stack as in a traceback, or an empty text if the code was not seen yet.
  [[nodiscard]] std::string stack() const {
    const std::scoped_lock lock(mutex_);
    return stack_;
  }

  // Begins to look, unless that is under way, or has begun less than `pause` before `now`. Forgets
  // the place if there is no memory or thread to look with.
  void look(const std::shared_ptr<Interrupter>& code, TimePoint now, Duration pause) noexcept {
    if (code == nullptr || !try_begin(now, pause)) {
      return;
    }
    bool begun = false;
    try {
      begun = Interrupter::interrupt_elsewhere(
          code, [] { return false; },
          [self = shared_from_this()](std::optional<Interrupter::Visit> visit) {
            self->end(visit ? std::move(visit->stack) : std::string());
          });
    } catch (const std::bad_alloc&) {
      begun = false;
    }
    if (!begun) {
      end({});
    }
  }

 private:
  [[nodiscard]] bool try_begin(TimePoint now, Duration pause) {
    const std::scoped_lock lock(mutex_);
    if (is_looking_ || (was_looked_at_ && now - begun_ < pause)) {
      return false;
    }
    is_looking_ = was_looked_at_ = true;
    begun_ = now;
    return true;
  }
  void end(std::string stack) noexcept {
    const std::scoped_lock lock(mutex_);
    is_looking_ = false;
    stack_ = std::move(stack);
  }

  mutable std::mutex mutex_;
  std::string stack_;
  bool is_looking_ = false;
  bool was_looked_at_ = false;
  TimePoint begun_;
};

}  // namespace hookline::detail
