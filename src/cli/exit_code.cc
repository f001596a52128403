#include "cli/exit_code.h"

#include <cstdlib>

namespace hookline::cli {

void abandon(Io& io, int exit_code) {
  io.out.flush();
  io.err.flush();
  std::_Exit(exit_code);
}

}  // namespace hookline::cli
