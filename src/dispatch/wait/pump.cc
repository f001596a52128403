#include "dispatch/wait/pump.h"

#include <utility>

namespace hookline::detail {
namespace {

[[gnu::tls_model("initial-exec")]] constinit thread_local Pump* bound_pump = nullptr;

}  // namespace

Pump* Pump::current() noexcept { return bound_pump; }

Pump::Binding::Binding(Pump& pump) noexcept : previous_(std::exchange(bound_pump, &pump)) {}

Pump::Binding::~Binding() { bound_pump = previous_; }

}  // namespace hookline::detail
