#include "interp/python_home.h"

#include <Python.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

namespace hookline::detail {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPython = "python";

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

fs::path resolved(const fs::path& path) {
  std::error_code ignored;
  return fs::weakly_canonical(path, ignored);
}

// Returns the version of the library that is loaded, such as "3.13".
std::string library_version() {
  constexpr unsigned kByte = 0xff;
  return std::to_string((Py_Version >> 24U) & kByte) + '.' +
         std::to_string((Py_Version >> 16U) & kByte);
}

// Returns "3.13" for ".../python3.13" or for a link to it; empty if the name has no version.
std::string version_in_name(const fs::path& executable) {
  std::string name = resolved(executable).filename().string();
  if (!name.starts_with(kPython)) {
    return {};
  }
  name.erase(0, kPython.size());
  name.erase(std::ranges::find_if(name, [](char c) { return c != '.' && (c < '0' || c > '9'); }),
             name.end());  // the name of a free-threaded build ends with "t"
  return name.contains('.') ? name : std::string();
}

bool has_other_version(const fs::path& executable) {
  const std::string version = version_in_name(executable);
  return !version.empty() && version != library_version();
}

// Checks `executable`. Messages say that it was named by `source`.
Result<fs::path> checked(const fs::path& executable, std::string_view source) {
  const std::string text = executable.string() + " (" + std::string(source) + ")";
  if (!is_there(executable)) {
    return fail(ErrorCode::kBadArguments, "there is no Python interpreter at " + text);
  }
  if (has_other_version(executable)) {
    return fail(ErrorCode::kBadArguments,
                text + " is Python " + version_in_name(executable) +
                    ", but the library in this process is that of Python " + library_version() +
                    ": name the interpreter of that version");
  }
  return fs::absolute(executable);
}

// Returns the file of the loaded libpython; empty if Python is linked into the program.
fs::path library_path() {
  Dl_info info{};
  // This address is a static buffer of the library. The address of a function could be in the
  // program's own table.
  if (dladdr(Py_GetVersion(), &info) == 0 || info.dli_fname == nullptr) {
    return {};
  }
  std::error_code ignored;
  const fs::path path = fs::absolute(info.dli_fname, ignored);
  return path.filename().string().starts_with("libpython") ? path : fs::path();
}

// Returns the interpreter that was installed together with `library`: /usr/bin/python3.13 for
// /usr/lib/libpython3.13.so.1.0 or /usr/lib/x86_64-linux-gnu/libpython3.13.so.1.0. The file need
// not exist if the standard library does, because CPython only searches from its folder upwards.
fs::path interpreter_of(const fs::path& library) {
  constexpr std::string_view kLib = "lib";
  const std::string file = library.filename().string();
  const std::string name = file.substr(kLib.size(), file.find(".so") - kLib.size());
  fs::path prefix = library.parent_path();
  for (int level = 0; level < 2; ++level) {
    prefix = prefix.parent_path();
    if (is_there(prefix / "bin" / name) || is_there(prefix / "lib" / name / "os.py")) {
      return prefix / "bin" / name;
    }
  }
  return {};
}

fs::path interpreter_of_library() {
  const fs::path library = library_path();
  if (library.empty()) {
    return {};
  }
  const fs::path beside = interpreter_of(library);
  return beside.empty() ? interpreter_of(resolved(library)) : beside;
}

}  // namespace

Result<fs::path> find_python(const fs::path& wanted) {
  if (!wanted.empty()) {
    return checked(wanted, "python_executable");
  }
  const char* const variable = std::getenv("HOOKLINE_PYTHON");  // NOLINT(concurrency-mt-unsafe)
  if (variable != nullptr && *variable != '\0') {
    return checked(variable, "HOOKLINE_PYTHON");
  }
  if (fs::path found = interpreter_of_library(); !found.empty()) {
    return found;
  }
#ifdef HOOKLINE_PYTHON_EXECUTABLE
  fs::path configured = HOOKLINE_PYTHON_EXECUTABLE;
  if (is_there(configured) && !has_other_version(configured)) {
    return configured;
  }
#endif
  return fs::path();
}

}  // namespace hookline::detail
