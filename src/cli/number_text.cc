#include "cli/number_text.h"

#include <cstddef>

namespace hookline::cli {

std::string grouped(std::uint64_t number) {
  constexpr std::size_t kGroup = 3;
  std::string text = std::to_string(number);
  for (std::size_t place = text.size(); place > kGroup;) {
    place -= kGroup;
    text.insert(place, 1, ',');
  }
  return text;
}

}  // namespace hookline::cli
