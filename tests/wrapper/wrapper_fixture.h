#pragma once

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/plugin/test_scripts.h"
#include "tests/wrapper/opened_library.h"

namespace hookline::test {

// A w_Targs that goes with a plain free(), as a plugin releases what w_pack gave it.
struct PlainFree {
  void operator()(w_Targs* args) const noexcept { std::free(args); }
};
using Packed = std::unique_ptr<w_Targs, PlainFree>;

// A result as text, `D [1, 2]`; it is released as the old interface has it, one by one. "NULL".
[[nodiscard]] std::string shown_and_freed(w_Targs* result);

// What scripts asked of the host, and what it answers. A callback is a plain function, so this is
// the only one of the process.
struct FakeHub {
  // "mc(0): s|s: 'hello', NULL": the function with the script's id, and its arguments.
  std::vector<std::string> calls;
  std::array<w_Tcallback, W_MAX_CALLBACKS> table{};

  // Offers function `Number`, which notes its call and returns what `answer` makes.
  template <int Number>
  void offer(w_Targs* (*answer)() = [] { return OpenedAnswer::one(); }) {
    answers.at(Number) = answer;
    table.at(Number) = [](int id, w_Targs* args) { return current().called(Number, id, args); };
  }
  // The usual answer.
  struct OpenedAnswer {
    static w_Targs* one();
  };

  w_Targs* called(int number, int id, w_Targs* args);
  static FakeHub& current();

  std::array<w_Targs* (*)(), W_MAX_CALLBACKS> answers{};
};

// The library with a hub of one thread, which is the test's, and scripts that the test writes.
class WrapperTest : public ::testing::Test {
 public:  // callbacks are plain functions, and use it too
  WrapperTest();
  ~WrapperTest() override;

  void begin();
  void end();

  // The id of a script with this source, which must load; its path is script_path(name).
  int load(std::string_view name, std::string_view source);
  // As w_Load does; any failure is the caller's to see.
  [[nodiscard]] int load_path(const std::string& path, int id);
  [[nodiscard]] std::string script_path(std::string_view name) const {
    return (folder.path() / (std::string(name) + ".py")).string();
  }

  // Calls, and shows the result.
  template <class... Args>
  std::string call(int id, const char* function, const char* format = "", Args... args) {
    const Packed params(w.pack(format, args...));
    return shown_and_freed(w.call_function(id, function, params.get()));
  }
  template <class... Args>
  std::string hook(int id, int number, const char* format = "", Args... args) {
    const Packed params(w.pack(format, args...));
    return shown_and_freed(w.call_hook(id, number, params.get()));
  }

  Wrapper w;
  TempFolder folder;
  FakeHub hub;
  bool begun = false;
};

}  // namespace hookline::test
