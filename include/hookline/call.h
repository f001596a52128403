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

// Identifies a script as long as its ScriptHost lives; never reused. It is also the script's place
// in load order.
enum class ScriptId : std::uint32_t {};

// Names a loaded script by its id, its name or its path. Parameters of functions have this type;
// names and paths are not copied and must outlive it.
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
// "config.reload", "User"), an object that came as a Handle, or an attribute of one. Names are not
// copied and must outlive it.
class Callee {
 public:
  Callee(const char* name) noexcept : name_(name) {}         // NOLINT(*-explicit-*)
  Callee(std::string_view name) noexcept : name_(name) {}    // NOLINT(*-explicit-*)
  Callee(const std::string& name) noexcept : name_(name) {}  // NOLINT(*-explicit-*)
  Callee(Handle object) noexcept                             // NOLINT(*-explicit-*)
      : object_(std::move(object)), has_object_(true) {}
  Callee(Handle object, std::string_view attribute) noexcept
      : object_(std::move(object)), has_object_(true), name_(attribute) {}

  // nullptr for a function by its name.
  [[nodiscard]] const Handle* object() const noexcept { return has_object_ ? &object_ : nullptr; }
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

 private:
  Handle object_;
  bool has_object_ = false;
  std::string_view name_;
};

struct CallOptions {
  // How long the call may take, by the clock of the ScriptHost; then its future has
  // kDeadlineExceeded.
  Duration timeout = kForever;
  TextMode text = TextMode::kExact;
};

// Everything that can be said about a named call.
struct ScriptCall {
  Callee callee;
  List args = {};
  std::vector<Keyword> keywords = {};
  // The result is a Handle to the object itself, whatever its type. The object lives in the
  // script's interpreter until the last copy of the handle is gone, or the script. As an argument
  // or a callee of calls to the same script it is that object again.
  bool keeps_result = false;
  CallOptions options = {};
};

}  // namespace hookline
