#pragma once

#include <utility>

#pragma GCC visibility push(default)
namespace hookline::detail {

class SharedParker;

// Is a counted reference to a SharedParker (dispatch/wait/parker.h), on which one thread sleeps and
// which another thread unparks. The last reference destroys the parker.
//
// Thread safety: references to one parker may be copied and dropped on any thread; each reference
// itself belongs to one thread at a time.
class ParkerRef {
 public:
  ParkerRef() noexcept = default;
  ParkerRef(const ParkerRef& other) noexcept : parker_(other.parker_) {
    if (parker_ != nullptr) {
      add_reference();
    }
  }
  ParkerRef(ParkerRef&& other) noexcept : parker_(std::exchange(other.parker_, nullptr)) {}
  ParkerRef& operator=(const ParkerRef& other) noexcept {
    ParkerRef copy(other);
    std::swap(parker_, copy.parker_);
    return *this;
  }
  ParkerRef& operator=(ParkerRef&& other) noexcept {
    ParkerRef taken(std::move(other));
    std::swap(parker_, taken.parker_);
    return *this;
  }
  ~ParkerRef() {
    if (parker_ != nullptr) {
      release();
    }
  }

  [[nodiscard]] explicit operator bool() const noexcept { return parker_ != nullptr; }
  SharedParker& operator*() const noexcept { return *parker_; }
  SharedParker* operator->() const noexcept { return parker_; }

 private:
  friend class SharedParker;
  // Takes over a reference that the parker counts already.
  explicit ParkerRef(SharedParker* parker) noexcept : parker_(parker) {}
  void add_reference() const noexcept;
  void release() noexcept;

  SharedParker* parker_ = nullptr;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
