#pragma once

#include <algorithm>
#include <string_view>

#include "bench/form.h"
#include "bench/machine.h"

namespace hookline::bench {

// D is the time of one call of the form's function in a plain loop, with fresh arguments and the
// GIL held. All other times are compared with this lower limit. It is the mean over the cores that
// the process may use, because a script's thread runs on another core than the thread that calls
// it.
struct Direct {
  double wall_ns = 0;
  double cpu_ns = 0;
  // D of the core that was fastest and of the one that was slowest. A core that another guest of
  // the processor uses, too, takes twice as long.
  double fastest_ns = 0;
  double slowest_ns = 0;
};

// Measures D, which takes about 10 ms. REQUIRES: the main thread, not attached to an interpreter.
[[nodiscard]] Direct measure_direct(Form form, std::string_view message = kMessage);

// Ends the interpreters of measure_direct(), if there are any. Must be called before end_python().
void end_direct();

// Measures D directly before and after a measurement, so that a drift of the machine's speed
// affects both alike. Also measures how far the cores are from each other, which calls with a
// result depend on.
class Ceiling {
 public:
  explicit Ceiling(Form form, std::string_view message = kMessage)
      : form_(form),
        message_(message),
        hop_before_ns_(line_hop_ns()),
        before_(measure_direct(form, message)) {}
  // Measures again, which takes as long, and returns the mean of both.
  [[nodiscard]] Direct end() const;
  // Measures line_hop_ns() again, and returns the larger one.
  [[nodiscard]] double end_hop_ns() const { return std::max(hop_before_ns_, line_hop_ns()); }

 private:
  Form form_;
  std::string_view message_;
  double hop_before_ns_;
  Direct before_;
};

}  // namespace hookline::bench
