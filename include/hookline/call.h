#pragma once

#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hookline/clock.h"
#include "hookline/detail/converter.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "hookline/host.h"

namespace hookline {

// A loaded script, by its id, its name or its path. Made of one of them where a function takes it;
// names and paths are not copied.
class ScriptRef {
 public:
  ScriptRef(ScriptId id) noexcept : id_(id) {}                  // NOLINT(*-explicit-*)
  ScriptRef(const char* name) noexcept : name_(name) {}         // NOLINT(*-explicit-*)
  ScriptRef(std::string_view name) noexcept : name_(name) {}    // NOLINT(*-explicit-*)
  ScriptRef(const std::string& name) noexcept : name_(name) {}  // NOLINT(*-explicit-*)
  ScriptRef(const std::filesystem::path& path) noexcept
      : name_(path.native()) {}  // NOLINT(*-explicit-*)

  [[nodiscard]] std::optional<ScriptId> id() const noexcept { return id_; }
  // REQUIRES: !id().
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

 private:
  std::optional<ScriptId> id_;
  std::string_view name_;
};

// What of a script is called: a function by its name, dotted or not ("greet", "config.reload",
// "User"), an object that came as a Handle, or an attribute of one. Names are not copied.
class Callee {
 public:
  Callee(const char* name) noexcept : name_(name) {}         // NOLINT(*-explicit-*)
  Callee(std::string_view name) noexcept : name_(name) {}    // NOLINT(*-explicit-*)
  Callee(const std::string& name) noexcept : name_(name) {}  // NOLINT(*-explicit-*)
  Callee(Handle object) noexcept                             // NOLINT(*-explicit-*)
      : object_(std::move(object)) {}
  Callee(Handle object, std::string_view attribute) noexcept
      : object_(std::move(object)), name_(attribute) {}

  [[nodiscard]] const std::optional<Handle>& object() const noexcept { return object_; }
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

 private:
  std::optional<Handle> object_;
  std::string_view name_;
};

// kw("limit", 10) is the `limit=10` of a call.
template <class T>
[[nodiscard]] Keyword kw(std::string_view name, T&& content) {
  return {.name = std::string(name), .value = to_value(std::forward<T>(content))};
}

struct CallOptions {
  TimePoint deadline = kNoDeadline;  // then the future has kDeadlineExceeded
  TextMode text = TextMode::kExact;
};

// All there is to say about a named call.
struct ScriptCall {
  Callee callee;
  List args;
  std::vector<Keyword> keywords;
  // The result is a Handle to the object itself, of whatever type that is. It lives in the script's
  // interpreter until the last copy of the handle has gone, or the script has; as an argument or a
  // callee it is that object again, for calls to the same script.
  bool keeps_result = false;
  CallOptions options;

  // An argument, a keyword (kw()), or options: what the arguments of ScriptHost::call<T>() are.
  template <class T>
  void add(T&& argument) {
    if constexpr (std::same_as<std::decay_t<T>, Keyword>) {
      keywords.push_back(std::forward<T>(argument));
    } else if constexpr (std::same_as<std::decay_t<T>, CallOptions>) {
      options = argument;
    } else {
      args.push_back(to_value(std::forward<T>(argument)));
    }
  }
};

}  // namespace hookline
