#pragma once

#include <cstdint>
#include <string>

namespace hookline::cli {

// A number for people: 200000 as "200,000".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace hookline::cli
