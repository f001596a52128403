#include "wrapper/last_error.h"

namespace hookline::wrapper {
namespace {

std::string& text() noexcept {
  static thread_local std::string instance;
  return instance;
}

}  // namespace

const std::string& last_error() noexcept { return text(); }

void clear_last_error() noexcept { text().clear(); }

void set_last_error(const Error& error) { text() = error.to_string(); }

}  // namespace hookline::wrapper
