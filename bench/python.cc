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

void end_python() { runtime().reset(); }

std::filesystem::path script_file(std::string_view name) {
  return std::filesystem::path(HOOKLINE_SOURCE_DIR) / "bench" / "scripts" / name;
}

std::filesystem::path events_script() { return script_file("events.py"); }

}  // namespace hookline::bench
