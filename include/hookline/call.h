#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/clock.h"
#include "hookline/text.h"
#include "hookline/value.h"

namespace [[gnu::visibility("default")]] hookline {

// Identifies a script for as long as its ScriptHost lives; ids are never reused. A script that is
// loaded later has a larger id.
enum class ScriptId : std::uint32_t {};

// Names a loaded script by its id, its name or its path. It is meant for parameters of functions:
// it does not copy a name or path, which must outlive it. Thread safety: as std::string_view.
class ScriptRef {
 public:
  ScriptRef(ScriptId id) noexcept : id_(id) {}                  // NOLINT(*-explicit-*)
  ScriptRef(const char* name) noexcept : name_(name) {}         // NOLINT(*-explicit-*)
  ScriptRef(std::string_view name) noexcept : name_(name) {}    // NOLINT(*-explicit-*)
  ScriptRef(const std::string& name) noexcept : name_(name) {}  // NOLINT(*-explicit-*)
  ScriptRef(const std::filesystem::path& path) noexcept         // NOLINT(*-explicit-*)
      : name_(path.native()) {}

  [[nodiscard]] std::optional<ScriptId> id() const noexcept { return id_; }
  // REQUIRES: !id().
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

 private:
  std::optional<ScriptId> id_;
  std::string_view name_;
};

// Names what is called in a script: a function by its name, dotted or not ("greet",
// "config.reload", "User"), an object that came as a Handle, or an attribute of such an object. It
// does not copy names, which must outlive it. Thread safety: as for Handle.
class Callee {
 public:
  Callee(const char* name) noexcept : name_(name) {}         // NOLINT(*-explicit-*)
  Callee(std::string_view name) noexcept : name_(name) {}    // NOLINT(*-explicit-*)
  Callee(const std::string& name) noexcept : name_(name) {}  // NOLINT(*-explicit-*)
  Callee(Handle object) noexcept                             // NOLINT(*-explicit-*)
      : object_(std::move(object)), has_object_(true) {}
  Callee(Handle object, std::string_view attribute) noexcept
      : object_(std::move(object)), has_object_(true), name_(attribute) {}

  // Returns nullptr for a function that is called by its name.
  [[nodiscard]] const Handle* object() const noexcept { return has_object_ ? &object_ : nullptr; }
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

 private:
  Handle object_;
  bool has_object_ = false;
  std::string_view name_;
};

struct CallOptions {
  // After this time, by the ScriptHost's clock, the call's future has kDeadlineExceeded.
  Duration timeout = kForever;
  TextMode text = TextMode::kExact;
};

// Describes a call of a function, with everything that may be said about it.
struct ScriptCall {
  Callee callee;
  List args = {};
  std::vector<Keyword> keywords = {};
  // If true, the result is a Handle to the object itself, which lives until the script ends or the
  // last copy of it is gone. In calls to the same script it may be an argument or the callee.
  bool keeps_result = false;
  CallOptions options = {};
};

}  // namespace hookline
