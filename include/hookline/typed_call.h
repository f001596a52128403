#pragma once

// ScriptHost::call<T>(): named calls with C++ arguments and results. ScriptHost::stream(): the same
// for what is read item by item.

#include <concepts>
#include <type_traits>
#include <utility>

#include "hookline/call.h"     // IWYU pragma: export
#include "hookline/convert.h"  // IWYU pragma: export
#include "hookline/future.h"
#include "hookline/script_host.h"  // IWYU pragma: export

namespace hookline {

// The future of `value` read as a T.
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

template <class T, class... Args>
Future<T> ScriptHost::call(ScriptRef script, Callee function, Args&&... args) {
  ScriptCall call{.callee = std::move(function),
                  .args = {},
                  .keywords = {},
                  .keeps_result = std::same_as<T, Handle>,
                  .options = {}};
  (call.add(std::forward<Args>(args)), ...);
  return read_as<T>(this->call(script, std::move(call)));
}

template <class T>
Future<T> ScriptHost::call(ScriptRef script, Callee function, List args, CallOptions options) {
  return read_as<T>(this->call(script, ScriptCall{.callee = std::move(function),
                                                  .args = std::move(args),
                                                  .keywords = {},
                                                  .keeps_result = std::same_as<T, Handle>,
                                                  .options = options}));
}

template <class... Args>
ValueStream ScriptHost::stream(ScriptRef script, Callee function, Args&&... args) {
  ScriptCall call{.callee = std::move(function),
                  .args = {},
                  .keywords = {},
                  .keeps_result = false,
                  .options = {}};
  StreamOptions options;
  [[maybe_unused]] const auto add = [&]<class Arg>(Arg&& argument) {
    if constexpr (std::same_as<std::decay_t<Arg>, StreamOptions>) {
      options = argument;
    } else {
      static_assert(!std::same_as<std::decay_t<Arg>, CallOptions>,
                    "a stream has StreamOptions; a deadline is one of its next()");
      call.add(std::forward<Arg>(argument));
    }
  };
  (add(std::forward<Args>(args)), ...);
  return this->stream(script, std::move(call), options);
}

}  // namespace hookline
