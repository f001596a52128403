#include "hub/base/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>

#include "hookline/value.h"
#include "marshal/utf8.h"

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

std::string hub_text(std::string_view encoding, std::string_view utf8) {
  const bool is_utf8 = TextCodec(std::string(encoding)).is_utf8();
  std::string line;
  for (std::size_t at = 0; at < utf8.size();) {
    const detail::CodePoint point = detail::decode_code_point(utf8, at);
    const std::size_t size = std::max<std::size_t>(point.size, 1);
    if (point.size == 1) {
      line += point.value < U' ' ? ' ' : utf8[at];
    } else if (point.size > 1 && is_utf8 && !detail::is_surrogate(point.value)) {
      line += utf8.substr(at, size);
    } else {
      line += '?';
    }
    at += size;
  }
  return line;
}

std::string time_text(std::int64_t seconds_since_epoch) {
  const auto time = static_cast<std::time_t>(seconds_since_epoch);
  std::tm parts{};
  std::array<char, 64> text{};
  gmtime_r(&time, &parts);
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return {text.data(), size};
}

std::string in_parentheses(std::string_view title, std::string_view version) {
  if (title.empty() && version.empty()) {
    return {};
  }
  std::string out = " (" + std::string(title);
  out += title.empty() || version.empty() ? "" : " ";
  return out.append(version) + ")";
}

std::string innermost_frame(std::string_view stack) {
  constexpr std::string_view kFrame = "  File \"";
  std::string_view innermost;
  bool in_file = false;
  for (std::size_t at = 0; at < stack.size();) {
    const std::size_t end = std::min(stack.find('\n', at), stack.size());
    const std::string_view line = stack.substr(at, end - at);
    at = end + 1;
    const bool is_file = line.starts_with(kFrame) && !line.substr(kFrame.size()).starts_with('<');
    if (line.starts_with(kFrame) && (is_file || !in_file)) {
      innermost = line.substr(2);
      in_file = is_file;
    }
  }
  return std::string(innermost);
}

}  // namespace hookline::hub
