#pragma once

#include <string_view>

#include "bench/form.h"

namespace hookline::bench {

using namespace detail;

// D: the time of one call of the form's function in a plain loop, with fresh arguments and the GIL
// held. The ceiling that everything else is compared with.
struct Direct {
  double wall_ns = 0;
  double cpu_ns = 0;
};

// Measures D now, in about 10 ms. REQUIRES: the main thread, attached to no interpreter.
[[nodiscard]] Direct measure_direct(Form form, std::string_view message = kMessage);

// Ends the interpreter that this needed, if it did. Before end_python().
void end_direct();

// D right before and right after what it is compared with, so that a machine whose speed drifts
// changes both alike.
class Ceiling {
 public:
  explicit Ceiling(Form form, std::string_view message = kMessage)
      : form_(form), message_(message), before_(measure_direct(form, message)) {}
  // Measures again: the mean of both.
  [[nodiscard]] Direct end() const {
    const Direct after = measure_direct(form_, message_);
    return {.wall_ns = (before_.wall_ns + after.wall_ns) / 2,
            .cpu_ns = (before_.cpu_ns + after.cpu_ns) / 2};
  }

 private:
  Form form_;
  std::string_view message_;
  Direct before_;
};

}  // namespace hookline::bench
