#pragma once

#include <memory>
#include <string>
#include <utility>

#include "hookline/value.h"

namespace [[gnu::visibility("default")]] hookline {

template <class T>
class Result;  // <hookline/result.h>
namespace detail {
struct ModuleData;
struct ModuleAccess;
// The templates of Module are defined by the header that this name names.
template <class T>
struct include_hookline_function_h;  // NOLINT(*-identifier-naming)
}  // namespace detail

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
// Every module also has `name`, `path` and `myid` of its script, and the functions
// `name_and_version`, `CallDynamicFunction` and `batch`.
//
// Copies share their content. Nothing may be added once the module was given to
// ScriptHost::create(), which returns the first mistake: kBadArguments for an invalid name, for a
// name that is there twice, and for everything that is an error of ScriptHost::def().
//
// Thread safety: one thread at a time.
class Module {
 public:
  // `name` must be a Python identifier. Scripts cannot import another module of this name.
  explicit Module(std::string name = "host", std::string doc = {});

  // Adds a value that is the same for all scripts.
  Module& constant(std::string name, Value value, std::string doc = {});
  // Adds a value that LoadOptions::attributes may replace for one script.
  Module& attribute(std::string name, Value value, std::string doc = {});
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
