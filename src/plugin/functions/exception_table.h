#pragma once

#include <exception>
#include <shared_mutex>
#include <string>
#include <vector>

#include "hookline/error.h"

namespace hookline::detail {

// Marks an Error that was a std::system_error, so that Python gets an OSError with its errno.
class SystemErrorOrigin final : public ErrorOrigin {
 public:
  explicit SystemErrorOrigin(int number) : number_(number) {}
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

// Maps C++ exceptions that functions of the host throw to Python exceptions.
//
// Thread safety: all methods from any thread.
class ExceptionTable {
 public:
  ExceptionTable() = default;
  ExceptionTable(const ExceptionTable&) = delete;
  ExceptionTable& operator=(const ExceptionTable&) = delete;
  ~ExceptionTable() = default;

  // Adds a row. `python_type` is the name of a built-in exception ("KeyError"); any other name
  // becomes a RuntimeError whose text begins with it. A new row takes precedence over earlier ones
  // and over those of the library.
  void add(bool (*matches)(const std::exception& thrown), std::string python_type);

  // Returns the Error for `thrown`: kScriptRaised with the Python type, and what() as its message.
  // For a BadResult, which a Result's value() throws, returns the Error inside of it.
  [[nodiscard]] Error translate(const std::exception_ptr& thrown) const;

 private:
  struct Row {
    bool (*matches)(const std::exception& thrown);
    std::string python_type;
  };
  [[nodiscard]] std::string python_type_of(const std::exception& thrown) const;

  mutable std::shared_mutex mutex_;
  std::vector<Row> rows_;  // added by the host
};

}  // namespace hookline::detail
