#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "interp/helpers.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Owns the script of an interpreter: a module that was loaded from a file.
//
// The module is named after the file's stem. If the standard library (json.py) or the module of the
// host has that name, it is "<stem>_script" instead. The script's folder is searched for imports
// after the standard library: `import json` imports that one's module, whatever lies in the folder.
//
// Thread safety: none. All methods and the destructor REQUIRE that the interpreter is attached, and
// leave no Python exception set.
class Script {
 public:
  explicit Script(const Helpers& helpers) : helpers_(helpers) {}

  // See Interpreter::load_script(). If it fails, the script that was loaded before stays.
  [[nodiscard]] Result<void> load(const std::filesystem::path& path);

  // Says whether the module is called "<stem>_script".
  [[nodiscard]] bool is_renamed() const { return is_renamed_; }

  // Finds a global of the script, or an attribute of one ("Config.reload"). Fails with
  // kFunctionNotFound if there is none, and with kScriptNotFound if no script is loaded.
  [[nodiscard]] Result<PyRef> find(std::string_view name) const;
  // Does what find() does. Fails with kNotCallable if the object cannot be called.
  [[nodiscard]] Result<PyRef> find_callable(std::string_view name) const;
  // Does the same for an attribute of `object`, or for `object` itself if `name` is empty.
  [[nodiscard]] Result<PyRef> find_callable_of(PyRef object, std::string_view name) const;
  // Returns a borrowed reference to the dict of its globals. REQUIRES: a script is loaded.
  [[nodiscard]] PyObject* globals() const { return PyModule_GetDict(module_.get()); }

 private:
  [[nodiscard]] PyRef find_global(std::string_view name) const;
  [[nodiscard]] Result<PyRef> checked_callable(Result<PyRef> object, std::string_view name) const;

  const Helpers& helpers_;
  PyRef module_;
  std::string name_;  // used in messages
  bool is_renamed_ = false;
};

}  // namespace hookline::detail
