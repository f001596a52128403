#include "dispatch/future/spare_future.h"

#include <array>
#include <cstddef>
#include <new>

namespace hookline::detail {
namespace {

// Nobody takes its result, since each future makes one of its own.
class SpareState final : public FutureState<Value> {
 public:
  SpareState() noexcept : FutureState<Value>(1) {
    (void)try_settle();
    publish();
  }

 private:
  void dispose() noexcept override {}  // does not happen: the first reference stays
};

// It is never destroyed, since futures may be dropped while the process ends.
SpareState& the_state() noexcept {
  alignas(SpareState) static std::array<std::byte, sizeof(SpareState)> memory;
  static auto* const kState = new (memory.data()) SpareState;
  return *kState;
}

}  // namespace

FutureStateRef<Value> spare_state() noexcept {
  SpareState& state = the_state();
  state.add_reference();
  return FutureStateRef<Value>(state);
}

}  // namespace hookline::detail
