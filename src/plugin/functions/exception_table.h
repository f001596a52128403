#pragma once

#include <exception>
#include <shared_mutex>
#include <string>
#include <vector>

#include "hookline/error.h"

namespace hookline::detail {

// Of an error that was a std::system_error: makes it an OSError with its errno.
class SystemErrorOrigin final : public ErrorOrigin {
 public:
  explicit SystemErrorOrigin(int number) : number_(number) {}
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

// Which Python exception stands for a C++ exception that a function of the host throws.
//
// Thread safety: all methods from any thread.
class ExceptionTable {
 public:
  ExceptionTable() = default;
  ExceptionTable(const ExceptionTable&) = delete;
  ExceptionTable& operator=(const ExceptionTable&) = delete;
  ~ExceptionTable() = default;

  // `python_type` is one of Python's own ("KeyError"); any other becomes a RuntimeError whose text
  // begins with it. Comes before what was added earlier, and before the rows of the library.
  void add(bool (*matches)(const std::exception& thrown), std::string python_type);

  // The error that `thrown` stands for: kScriptRaised with the type, and what() as its message. The
  // Error of a Result, thrown by its value(), is that Error again.
  [[nodiscard]] Error translate(const std::exception_ptr& thrown) const;

 private:
  struct Row {
    bool (*matches)(const std::exception& thrown);
    std::string python_type;
  };
  [[nodiscard]] std::string python_type_of(const std::exception& thrown) const;

  mutable std::shared_mutex mutex_;
  std::vector<Row> rows_;  // of the host
};

}  // namespace hookline::detail
