#include "plugin/functions/exception_table.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <memory>
#include <mutex>
#include <new>
#include <ranges>
#include <stdexcept>
#include <system_error>
#include <typeinfo>
#include <utility>

namespace hookline::detail {

namespace {

struct StandardRow {
  bool (*matches)(const std::exception& thrown);
  const char* python_type;
};

template <class Thrown>
bool is([[maybe_unused]] const std::exception& thrown) {
  if constexpr (std::same_as<Thrown, std::exception>) {
    return true;
  } else {
    return dynamic_cast<const Thrown*>(&thrown) != nullptr;
  }
}

// The first row that matches applies.
constexpr auto kRows = std::to_array<StandardRow>({
    {&is<std::invalid_argument>, "ValueError"},
    {&is<std::domain_error>, "ValueError"},
    {&is<std::length_error>, "ValueError"},
    {&is<std::out_of_range>, "IndexError"},
    {&is<std::overflow_error>, "OverflowError"},
    {&is<std::underflow_error>, "ArithmeticError"},
    {&is<std::range_error>, "ArithmeticError"},
    {&is<std::bad_alloc>, "MemoryError"},
    {&is<std::bad_cast>, "TypeError"},
    {&is<std::system_error>, "OSError"},
    {&is<std::exception>, "RuntimeError"},
});

std::shared_ptr<const ErrorOrigin> origin_of(const std::exception& thrown) {
  const auto* error = dynamic_cast<const std::system_error*>(&thrown);
  if (error == nullptr || (error->code().category() != std::generic_category() &&
                           error->code().category() != std::system_category())) {
    return nullptr;
  }
  return std::make_shared<SystemErrorOrigin>(error->code().value());
}

}  // namespace

void ExceptionTable::add(bool (*matches)(const std::exception& thrown), std::string python_type) {
  const std::scoped_lock lock(mutex_);
  rows_.push_back({.matches = matches, .python_type = std::move(python_type)});
}

std::string ExceptionTable::python_type_of(const std::exception& thrown) const {
  const auto matches = [&thrown](const auto& row) { return row.matches(thrown); };
  {
    const std::shared_lock lock(mutex_);
    const auto newest_first = rows_ | std::views::reverse;
    if (const auto row = std::ranges::find_if(newest_first, matches); row != newest_first.end()) {
      return row->python_type;
    }
  }
  return std::ranges::find_if(kRows, matches)->python_type;
}

Error ExceptionTable::translate(const std::exception_ptr& thrown) const {
  try {
    std::rethrow_exception(thrown);
  } catch (const BadResult& e) {
    return e.error();
  } catch (const std::exception& e) {
    std::string type = python_type_of(e);
    auto origin = type == "OSError" ? origin_of(e) : nullptr;
    return {.code = ErrorCode::kScriptRaised,
            .message = e.what(),
            .python_type = std::move(type),
            .traceback = {},
            .origin = std::move(origin)};
  } catch (...) {
    return {.code = ErrorCode::kScriptRaised,
            .message = "a C++ exception that is no std::exception",
            .python_type = "RuntimeError",
            .traceback = {},
            .origin = nullptr};
  }
}

}  // namespace hookline::detail
