#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "hookline/detail/parker.h"

namespace hookline::detail {

// A Parker that lives as long as somebody may still unpark it. Whoever wakes a waiting thread makes
// the awaited thing true first, and from then on the thread may go its way, and its stack with it:
// so the waker holds a reference of its own to what it unparks.
//
// Thread safety: as Parker; references may be copied and dropped on any thread.
class SharedParker final : public Parker {
 public:
  class Ref {
   public:
    Ref() noexcept = default;
    Ref(const Ref& other) noexcept : parker_(other.parker_) {
      if (parker_ != nullptr) {
        parker_->refs_.fetch_add(1, std::memory_order_relaxed);
      }
    }
    Ref(Ref&& other) noexcept : parker_(std::exchange(other.parker_, nullptr)) {}
    Ref& operator=(const Ref& other) noexcept {
      Ref copy(other);
      std::swap(parker_, copy.parker_);
      return *this;
    }
    Ref& operator=(Ref&& other) noexcept {
      Ref taken(std::move(other));
      std::swap(parker_, taken.parker_);
      return *this;
    }
    ~Ref() {
      if (parker_ != nullptr && parker_->refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        parker_->destroy();
      }
    }
    [[nodiscard]] explicit operator bool() const noexcept { return parker_ != nullptr; }
    Parker& operator*() const noexcept { return *parker_; }
    Parker* operator->() const noexcept { return parker_; }

   private:
    friend class SharedParker;
    explicit Ref(SharedParker* parker) noexcept : parker_(parker) {}
    SharedParker* parker_ = nullptr;
  };

  [[nodiscard]] static Ref make() { return Ref(new SharedParker); }
  // The one that the calling thread waits on when it has nothing better. Made at the first call.
  [[nodiscard]] static const Ref& of_this_thread();

 private:
  SharedParker() = default;
  ~SharedParker() = default;
  void destroy() noexcept;

  std::atomic<std::uint32_t> refs_{1};
};

}  // namespace hookline::detail
