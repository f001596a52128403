#include "interp/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

namespace hookline::detail {

// open() returns the lowest number that is free, which is the one that was just found closed. The
// descriptors are not close-on-exec: children need them, too.
void open_standard_descriptors() noexcept {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0) {
      (void)open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    }
  }
}

}  // namespace hookline::detail
