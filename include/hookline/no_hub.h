#pragma once

#include <span>

#include "hookline/host.h"

namespace hookline {

// Stands in for a hub where there is none (`hookline call`, `hookline check`): a hub whose settings
// are all unset, and for everything else an error that says so.
class NoHub final : public Host {
 public:
  [[nodiscard]] Result<Value> vh_call(Vh function, std::span<const Value> args,
                                      const Caller& caller) override;
};

}  // namespace hookline
