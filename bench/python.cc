#include "bench/python.h"

#include "bench/cost.h"

namespace hookline::bench {

using namespace detail;

namespace {

std::shared_ptr<Runtime>& runtime() {
  static std::shared_ptr<Runtime> instance;
  return instance;
}

}  // namespace

std::shared_ptr<Runtime> python() {
  if (runtime() == nullptr) {
    runtime() = or_die(Runtime::start());
  }
  return runtime();
}

void start_python() { (void)python(); }

void end_python() { runtime().reset(); }

}  // namespace hookline::bench
