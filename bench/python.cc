#include "bench/python.h"

#include <cstdio>
#include <cstdlib>

namespace hookline::bench {
namespace {

std::shared_ptr<Runtime>& runtime() {
  static std::shared_ptr<Runtime> instance;
  return instance;
}

}  // namespace

std::shared_ptr<Runtime> python() {
  if (runtime() == nullptr) {
    auto started = Runtime::start();
    if (!started) {
      std::fprintf(stderr, "%s\n", started.error().to_string().c_str());
      std::exit(1);
    }
    runtime() = *std::move(started);
  }
  return runtime();
}

void end_python() { runtime().reset(); }

std::filesystem::path events_script() {
  return std::filesystem::path(HOOKLINE_SOURCE_DIR) / "bench" / "scripts" / "events.py";
}

}  // namespace hookline::bench
