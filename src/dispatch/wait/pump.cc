#include "dispatch/wait/pump.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace hookline::detail {

// Lists the pumps of one thread, in the order in which they were bound. Bindings may outlive the
// thread.
//
// Thread safety: all methods from any thread.
class BoundPumps {
 public:
  void add(Pump& pump) {
    const std::scoped_lock lock(mutex_);
    pumps_.push_back(&pump);
  }
  void remove(const Pump& pump) noexcept {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = pumps_.size(); i-- > 0;) {
      if (pumps_[i] == &pump) {
        pumps_.erase(pumps_.begin() + static_cast<std::ptrdiff_t>(i));
        return;
      }
    }
  }
  // Returns one of the pumps, counted from the last one; nullptr if there are fewer.
  [[nodiscard]] Pump* from_last(std::size_t index) noexcept {
    const std::scoped_lock lock(mutex_);
    return index < pumps_.size() ? pumps_[pumps_.size() - 1 - index] : nullptr;
  }

 private:
  std::mutex mutex_;
  std::vector<Pump*> pumps_;
};

namespace {

// Points to the pumps of this thread; nullptr if it never had one.
[[gnu::tls_model("initial-exec")]] constinit thread_local BoundPumps* pumps_here = nullptr;

class BoundPumpsOwner {
 public:
  BoundPumpsOwner() : pumps_(std::make_shared<BoundPumps>()) { pumps_here = pumps_.get(); }
  BoundPumpsOwner(const BoundPumpsOwner&) = delete;
  BoundPumpsOwner& operator=(const BoundPumpsOwner&) = delete;
  ~BoundPumpsOwner() { pumps_here = nullptr; }
  [[nodiscard]] const std::shared_ptr<BoundPumps>& pumps() const noexcept { return pumps_; }

 private:
  std::shared_ptr<BoundPumps> pumps_;
};

std::shared_ptr<BoundPumps> pumps_of_this_thread() {
  static thread_local const BoundPumpsOwner kOwner;
  return kOwner.pumps();
}

}  // namespace

Pump* Pump::current() noexcept {
  return pumps_here != nullptr ? pumps_here->from_last(0) : nullptr;
}

// The work may bind further pumps and end bindings, so each pump is looked up when its turn comes.
bool Pump::run_all_pending() noexcept {
  if (pumps_here == nullptr) {
    return false;
  }
  std::size_t count = 0;
  while (Pump* const pump = pumps_here->from_last(count)) {
    pump->run_pending();
    ++count;
  }
  return count != 0;
}

Pump::Binding::Binding(Pump& pump) : pump_(pump), thread_(pumps_of_this_thread()) {
  pump.parker_ = SharedParker::of_this_thread();
  thread_->add(pump);
}

Pump::Binding::~Binding() { thread_->remove(pump_); }

}  // namespace hookline::detail
