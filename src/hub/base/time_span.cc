#include "hub/base/time_span.h"

#include <algorithm>
#include <array>

#include "hub/base/words.h"

namespace hookline::hub {
namespace {

struct Unit {
  char letter;
  std::int64_t seconds;
};

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kLongest = kDay * 365 * 1'000;
constexpr auto kUnits = std::to_array<Unit>({
    {'s', 1},
    {'m', 60},
    {'h', 3'600},
    {'d', kDay},
    {'w', 7 * kDay},
    {'M', 30 * kDay},
    {'y', 365 * kDay},
});

}  // namespace

std::optional<std::int64_t> parse_time_span(std::string_view text) {
  if (text.size() < 2) {
    return std::nullopt;
  }
  const auto* unit = std::ranges::find(kUnits, text.back(), &Unit::letter);
  const auto count = read_number(text.substr(0, text.size() - 1));
  if (unit == kUnits.end() || !count || *count <= 0 || *count > kLongest / unit->seconds) {
    return std::nullopt;
  }
  return *count * unit->seconds;
}

}  // namespace hookline::hub
