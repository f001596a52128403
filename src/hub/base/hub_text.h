#pragma once

#include <string>
#include <string_view>

#include "hub/config/config.h"

namespace hookline::hub {

// UTF-8 as one line in the hub's encoding, as far as that goes without Python: where the hub's is
// another, all but ASCII becomes '?'. Control characters become spaces, what is no UTF-8 '?'.
[[nodiscard]] std::string hub_text(const HubConfig& config, std::string_view utf8);

}  // namespace hookline::hub
