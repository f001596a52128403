#include "plugin/script/refusal_advice.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "plugin/types/enum_names.h"

namespace hookline::detail {

namespace {

// Error texts of CPython, and of projects with a wording of their own (PyO3, numpy).
constexpr std::string_view kOwnGil = "does not support loading in subinterpreters";
constexpr auto kSubInterpreters =
    std::to_array<std::string_view>({kOwnGil, "subinterpreter", "more than once per process"});

std::string setting(std::string_view gil) {
  const std::string name(gil);
  return "write \"# hookline: gil=" + name + "\" at the top of the script, or gil = \"" + name +
         "\" in [scripts.NAME], so that this module can be imported";
}

// Names something that the standard library refuses in every interpreter but the main one.
struct Refusal {
  std::string_view says;  // the RuntimeError
  std::string_view advice;
};
constexpr auto kRefusals = std::to_array<Refusal>({
    {"preexec_fn not supported",
     "use the arguments cwd, umask, user, start_new_session and process_group of subprocess.Popen "
     "in its place"},
    {"fork not supported",
     "use subprocess, or multiprocessing.get_context(\"spawn\"); only a script with \"# hookline: "
     "gil=main\" can fork"},
    {"exec not supported", "it would replace the server; run the program with subprocess"},
});

// Returns what to do about the error; nothing if it is no refusal.
std::string advice(const Error& error, Gil gil) {
  const auto is_in_message = [&error](std::string_view text) {
    return error.message.contains(text);
  };
  if (error.python_type == "ImportError" && std::ranges::any_of(kSubInterpreters, is_in_message)) {
    const bool wants_own_gil = gil == Gil::kOwn && is_in_message(kOwnGil);
    return setting(enum_name(wants_own_gil ? Gil::kShared : Gil::kMain));
  }
  if (error.python_type == "RuntimeError") {
    const auto* const found = std::ranges::find_if(kRefusals, is_in_message, &Refusal::says);
    return found != kRefusals.end() ? std::string(found->advice) : std::string();
  }
  return {};
}

}  // namespace

void add_advice(Error& error, Gil gil) {
  if (gil == Gil::kMain) {
    return;
  }
  if (const std::string what = advice(error, gil); !what.empty()) {
    error.message += "; " + what;
    error.traceback += "hookline: " + what + '\n';
  }
}

}  // namespace hookline::detail
