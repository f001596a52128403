#include "plugin/script/refusal_advice.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace hookline::detail {

namespace {

// Error texts of CPython, and of projects with a wording of their own (PyO3, numpy).
constexpr std::string_view kOwnGil = "does not support loading in subinterpreters";
constexpr auto kSubInterpreters =
    std::to_array<std::string_view>({kOwnGil, "subinterpreter", "more than once per process"});

std::string advice(std::string_view gil) {
  const std::string name(gil);
  return "write \"# hookline: gil=" + name + "\" at the top of the script, or gil = \"" + name +
         "\" in [scripts.NAME], so that this module can be imported";
}

}  // namespace

void add_advice(Error& error, Gil gil) {
  const bool refuses = error.python_type == "ImportError" &&
                       std::ranges::any_of(kSubInterpreters, [&error](std::string_view text) {
                         return error.message.contains(text);
                       });
  if (!refuses || gil == Gil::kMain) {
    return;
  }
  const bool wants_own_gil = gil == Gil::kOwn && error.message.contains(kOwnGil);
  const std::string what =
      advice(kGilNames.at(static_cast<std::size_t>(wants_own_gil ? Gil::kShared : Gil::kMain)));
  error.message += "; " + what;
  error.traceback += "hookline: " + what + '\n';
}

}  // namespace hookline::detail
