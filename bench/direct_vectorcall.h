#pragma once

#include "bench/form.h"

namespace hookline::bench {

// D: the time of one call of the form's function in a plain loop, with fresh arguments and the GIL
// held. The ceiling that everything else is compared with.
struct Direct {
  double wall_ns = 0;
  double cpu_ns = 0;  // the same where the machine is not otherwise busy
};

// Measured at the first call, the best of several runs.
[[nodiscard]] Direct direct(Form form);

}  // namespace hookline::bench
