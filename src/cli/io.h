#pragma once

#include <ostream>

namespace hookline::cli {

// Where a command writes: what was asked for goes to `out`, everything for who is watching to
// `err`.
struct Io {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
};

}  // namespace hookline::cli
