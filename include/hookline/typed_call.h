#pragma once

// Implements named calls with C++ arguments and results: ScriptHost::call<T>() and
// ScriptHost::stream().

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hookline/call.h"
#include "hookline/convert.h"
#include "hookline/executor.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/stream.h"

namespace [[gnu::visibility("default")]] hookline {

// Makes a keyword argument: kw("limit", 10) stands for `limit=10` in Python. The Keyword owns
// copies of the name and of the content, which may have any type that <hookline/convert.h> writes.
// Never fails. Thread safety: any thread.
template <class T>
[[nodiscard]] Keyword kw(std::string_view name, T&& content) {
  return {.name = std::string(name), .value = to_value(std::forward<T>(content))};
}

namespace detail {

// Adds an argument, a keyword or call options to a call.
template <class T>
void add_to_call(ScriptCall& call, T&& argument) {
  if constexpr (std::same_as<std::decay_t<T>, Keyword>) {
    call.keywords.push_back(std::forward<T>(argument));
  } else if constexpr (std::same_as<std::decay_t<T>, CallOptions>) {
    call.options = argument;
  } else {
    call.args.push_back(to_value(std::forward<T>(argument)));
  }
}

// Returns a future of `value`, read as a T.
template <class T>
[[nodiscard]] Future<T> read_as(Future<Value> value) {
  if constexpr (std::same_as<T, Value>) {
    return value;
  } else {
    return value.then(InlineExecutor::instance(), [](Result<Value> result) -> Result<T> {
      if (!result) {
        return std::unexpected(std::move(result.error()));
      }
      if constexpr (std::is_void_v<T>) {
        return {};
      } else {
        return from_value<T>(*result);
      }
    });
  }
}

template <class T>
struct include_hookline_typed_call_h {
  template <class... Args>
  static Future<T> call(ScriptHost& scripts, ScriptRef script, Callee function, Args&&... args) {
    ScriptCall call = empty_call(std::move(function));
    (add_to_call(call, std::forward<Args>(args)), ...);
    return read_as<T>(scripts.call(script, std::move(call)));
  }
  static Future<T> call_list(ScriptHost& scripts, ScriptRef script, Callee function, List args,
                             CallOptions options) {
    ScriptCall call = empty_call(std::move(function));
    call.args = std::move(args);
    call.options = options;
    return read_as<T>(scripts.call(script, std::move(call)));
  }
  template <class... Args>
  static ValueStream stream(ScriptHost& scripts, ScriptRef script, Callee function,
                            Args&&... args) {
    ScriptCall call = empty_call(std::move(function));
    StreamOptions options;
    [[maybe_unused]] const auto add = [&]<class Argument>(Argument&& argument) {
      if constexpr (std::same_as<std::decay_t<Argument>, StreamOptions>) {
        options = argument;
      } else {
        static_assert(!std::same_as<std::decay_t<Argument>, CallOptions>,
                      "a stream has StreamOptions; each next() has a timeout of its own");
        add_to_call(call, std::forward<Argument>(argument));
      }
    };
    (add(std::forward<Args>(args)), ...);
    return scripts.stream(script, std::move(call), options);
  }

 private:
  static ScriptCall empty_call(Callee function) {
    return {.callee = std::move(function),
            .args = {},
            .keywords = {},
            .keeps_result = std::same_as<T, Handle>,
            .options = {}};
  }
};

}  // namespace detail
}  // namespace hookline
