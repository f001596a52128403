#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hookline::hub {

// The seconds of a time as operators and scripts write it: "90s", "30m", "3h", "2d", "1w", "1M"
// (30 days), "1y" (365). nullopt for anything else, and for more than a thousand years.
[[nodiscard]] std::optional<std::int64_t> parse_time_span(std::string_view text);

}  // namespace hookline::hub
