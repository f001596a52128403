#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "interp/helpers.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// The script of an interpreter: a module that was made from a file.
//
// Its name is the file's stem. If that is taken by the standard library or a module of the host
// (json.py, vh.py), it is "<stem>_script" instead, and the folder is the last place to import from
// rather than the first: `import json` stays the library's.
//
// REQUIRES for everything, destruction included: the interpreter is attached. No Python exception
// is left set.
class Script {
 public:
  explicit Script(const Helpers& helpers) : helpers_(helpers) {}

  // See Interpreter::load_script. If it fails, the script that was loaded before stays.
  [[nodiscard]] Result<void> load(const std::filesystem::path& path);

  // A global of the script, or attributes from there on: "Config.reload". kFunctionNotFound.
  [[nodiscard]] Result<PyRef> find(std::string_view name) const;
  // As find(), and kNotCallable if it is not.
  [[nodiscard]] Result<PyRef> find_callable(std::string_view name) const;
  // As find_callable(), from an object on: its attributes, or itself if `name` is empty.
  [[nodiscard]] Result<PyRef> find_callable_of(PyRef object, std::string_view name) const;

  [[nodiscard]] std::vector<std::string> callables() const;

 private:
  [[nodiscard]] PyRef find_global(std::string_view name) const;
  [[nodiscard]] Result<PyRef> checked_callable(Result<PyRef> object, std::string_view name) const;

  const Helpers& helpers_;
  PyRef module_;
  std::string name_;  // for messages
};

}  // namespace hookline::detail
