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

// Owns a result of w_pack, and releases it with a plain free(), like a plugin does.
struct PlainFree {
  void operator()(w_Targs* args) const noexcept { std::free(args); }
};
using Packed = std::unique_ptr<w_Targs, PlainFree>;

// Describes a result (`D [1, 2]`, or "NULL"), and frees its strings one by one and then the block.
[[nodiscard]] std::string shown_and_freed(w_Targs* result);

// Stands for a host: it records the calls of scripts and answers them. There is one for the
// process, because callbacks are plain functions.
struct CallbackHub {
  // An entry names the function, the script's id and the arguments: "mc(0): s|s: 'hello', NULL".
  std::vector<std::string> calls;
  std::array<w_Tcallback, W_MAX_CALLBACKS> table{};

  // Offers function `Number`, which records the call and returns the result of `answer`.
  template <int Number>
  void offer(w_Targs* (*answer)() = [] { return OpenedAnswer::one(); }) {
    answers.at(Number) = answer;
    table.at(Number) = [](int id, w_Targs* args) { return current().called(Number, id, args); };
  }
  // Makes the default answer.
  struct OpenedAnswer {
    static w_Targs* one();
  };

  w_Targs* called(int number, int id, w_Targs* args);
  static CallbackHub& current();

  std::array<w_Targs* (*)(), W_MAX_CALLBACKS> answers{};
};

// Runs the library with a host whose thread is the test's, and with scripts that the test writes.
class WrapperTest : public ::testing::Test {
 public:  // because callbacks, which are plain functions, use it too
  WrapperTest();
  ~WrapperTest() override;

  void begin();
  void end();

  // Loads a script with this source as script_path(name), and returns its id. It must succeed.
  int load(std::string_view name, std::string_view source);
  // Calls w_Load, and leaves errors to the caller.
  [[nodiscard]] int load_path(const std::string& path, int id);
  [[nodiscard]] std::string script_path(std::string_view name) const {
    return (folder.path() / (std::string(name) + ".py")).string();
  }

  // Calls a function or a hook, and describes the result.
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
  CallbackHub hub;
  bool begun = false;
};

}  // namespace hookline::test
