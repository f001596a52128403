#pragma once

#include <cstdint>
#include <optional>

#include "hookline/text.h"
#include "hookline/host.h"

namespace hookline {

// What one script may have of its own, for a host that does not treat all alike. What is empty is
// as ScriptHostOptions says.
struct LoadOptions {
  std::optional<HostIdentity> identity;
  std::optional<TextCodec> codec;
  // The script's `vh.myid` and Caller::number, for a host that counts its scripts itself.
  std::optional<std::int64_t> number;
};

}  // namespace hookline
