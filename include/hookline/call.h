#pragma once

// Describes calls in both directions, and a host's module. Structs are plain data (docs/host.md).

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/clock.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

template <class T>
class Result;  // <hookline/error.h>
namespace detail {
struct ModuleData;
struct ModuleAccess;
// This name says which header defines the templates of Module.
template <class T>
struct include_hookline_function_h;  // NOLINT(*-identifier-naming)
}  // namespace detail

// Identifies a script while its ScriptHost lives. Later scripts have larger ids; none is reused.
enum class ScriptId : std::uint32_t {};

// Names a loaded script by its id, its name or its path. It is meant for parameters of functions:
// it does not copy a name or path, which must outlive it. Thread safety: as for std::string_view.
class ScriptRef {
 public:
  ScriptRef(ScriptId id) noexcept : id_(id) {}  // NOLINT(*-explicit-*)
  template <std::convertible_to<std::string_view> Name>
  ScriptRef(const Name& name) noexcept : name_(name) {}  // NOLINT(*-explicit-*)
  ScriptRef(const std::filesystem::path& path) noexcept  // NOLINT(*-explicit-*)
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
  template <std::convertible_to<std::string_view> Name>
  Callee(const Name& name) noexcept : name_(name) {}  // NOLINT(*-explicit-*)
  Callee(Handle object) noexcept                      // NOLINT(*-explicit-*)
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

// Has the options of one call, which copies them. Thread safety: as for an int.
struct CallOptions {
  // After this time, by the ScriptHost's clock, the call's future has kDeadlineExceeded.
  Duration timeout = kForever;
  TextMode text = TextMode::kExact;  // says how texts in arguments and in the result convert
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

// Says on which thread a function of the host runs when a script calls it.
enum class RunsOn : std::uint8_t {
  kCaller,  // On the script's thread, immediately: the function must be thread-safe.
  kHost,    // On the host's thread, in the order of the calls; the script waits without its GIL.
};

// Describes the script that calls into the host.
struct Caller {
  ScriptId id{};
  std::string name;         // the stem of its file
  std::int64_t number = 0;  // `script_id` of the module: LoadOptions::number, or else the id
  std::uint32_t run = 0;    // the number of times that it has been reloaded
};

// Describes a constant or an attribute of a module. Texts are in the host's encoding.
struct Attribute {
  std::string name;
  Value value;
  std::string doc = {};  // for the reference and the stub file: <hookline/reference.h>
};

// Describes the module that scripts import to reach their host:
//
//   Module game("game", "The game that this script runs in.");
//   game.constant("MAX_PLAYERS", 64)
//       .attribute("world", "Midgard")
//       .def("give_gold", [](std::string player, long amount) { ... }, arg("player"),
//            arg("amount") = 10, "Gives gold to a player.");
//   auto scripts = ScriptHost::create({.module = game});
//
// Then scripts do `import game` and call game.give_gold("ann"). Functions that are only known
// later, or come and go, are added with ScriptHost::def().
//
// Every module also has `name`, `path` and `script_id` of its script, and the functions `call`,
// `introduce` and `batch`, unless rename() gives them other names.
//
// Copies share their content, which they own. Nothing may be added once the module was given to
// ScriptHost::create(), which returns the first mistake as kBadArguments: an invalid name, one that
// is there twice, a new name for what is not there, and the errors of ScriptHost::def().
//
// Thread safety: one thread at a time uses a module and its copies.
class Module {
 public:
  // REQUIRES: `name` is a Python identifier. Scripts cannot import another module of this name.
  explicit Module(std::string name = "host", std::string doc = {});

  // Adds a value that is the same for all scripts.
  Module& constant(std::string name, Value value, std::string doc = {});
  // Adds a value that LoadOptions::attributes may replace for one script.
  Module& attribute(std::string name, Value value, std::string doc = {});
  // Gives something that every module has another name: rename("call", "invoke").
  Module& rename(std::string_view name, std::string new_name);
  // Adds a function; needs <hookline/function.h>, which says how. A ScriptId is not accepted.
  template <class F, class... Extras>
  Module& def(std::string name, F function, Extras&&... extras) {
    detail::include_hookline_function_h<F>::def(*this, std::move(name), std::move(function),
                                                std::forward<Extras>(extras)...);
    return *this;
  }
  // Adds a class whose objects scripts make, use in `with`, and give back.
  template <class T, class F, class... Extras>
  Module& def_resource(std::string name, F factory, Extras&&... extras) {
    detail::include_hookline_function_h<F>::template def_resource<T>(
        *this, std::move(name), std::move(factory), std::forward<Extras>(extras)...);
    return *this;
  }

  [[nodiscard]] const std::string& name() const noexcept;
  // Returns the first mistake, if there is one.
  [[nodiscard]] Result<void> check() const;

 private:
  friend struct detail::ModuleAccess;
  std::shared_ptr<detail::ModuleData> data_;
};

}  // namespace hookline
#pragma GCC visibility pop
