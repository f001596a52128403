#include "interp/script.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "interp/py_error.h"
#include "interp/source_file.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

namespace fs = std::filesystem;

// Holds the content of a script's file, and where it lies.
struct Source {
  std::string stem;
  fs::path folder;  // becomes importable
  fs::path file;
  bool package = false;
  std::string bytes;
};

// Makes the path absolute, without a slash at the end.
fs::path whole_path(const fs::path& path) {
  std::error_code ignored;
  const fs::path absolute = fs::absolute(path, ignored);
  fs::path whole = fs::weakly_canonical(absolute, ignored);
  if (whole.empty()) {  // a loop of links, or a folder that may not be entered
    whole = absolute.lexically_normal();
  }
  return whole.has_filename() ? whole : whole.parent_path();
}

Result<Source> read_source(const fs::path& path) {
  std::error_code failure;
  const fs::path whole = whole_path(path);
  Source source{
      .stem = whole.stem().string(), .folder = whole.parent_path(), .file = whole, .bytes = {}};
  if (fs::is_directory(whole, failure)) {
    source.stem = whole.filename().string();
    source.file = whole / "__init__.py";
    source.package = true;
  }
  Result<std::string> bytes = read_source_file(source.file);
  if (!bytes) {
    return std::unexpected(std::move(bytes.error()));
  }
  source.bytes = *std::move(bytes);
  return source;
}

PyRef path_object(const fs::path& path) {
  const std::string& text = path.native();
  return PyRef::steal(
      PyUnicode_DecodeFSDefaultAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

// Compiles bytes with the builtin function, so that a byte order mark, an encoding declaration and
// a NUL have the same effect as in `python file.py`.
PyRef compile(const Source& source, PyObject* file) {
  const PyRef builtins = PyRef::steal(PyImport_ImportModule("builtins"));
  const PyRef bytes = PyRef::steal(
      PyBytes_FromStringAndSize(source.bytes.data(), static_cast<Py_ssize_t>(source.bytes.size())));
  if (!builtins || !bytes) {
    return {};
  }
  constexpr int kFlags = 0;
  constexpr int kDontInherit = 1;
  return PyRef::steal(PyObject_CallMethod(builtins.get(), "compile", "OOsii", bytes.get(), file,
                                          "exec", kFlags, kDontInherit));
}

// Registers a module for a script that is being loaded. The destructor undoes that unless keep()
// was called.
class Loading {
 public:
  Loading(const Helpers& helpers, const Source& source, PyObject* file) : helpers_(helpers) {
    const PyRef folder = path_object(source.folder);
    const PyRef stem = path_object(source.stem);
    if (folder && stem) {
      module_ = helpers_.call("begin_load", "(OOOi)", stem.get(), folder.get(), file,
                              source.package ? 1 : 0);
    }
  }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    if (!kept_ && !helpers_.call("undo_load", "()")) {
      PyErr_Clear();
    }
  }

  [[nodiscard]] bool run(PyObject* code) {
    return module_ && run_code(code, PyModule_GetDict(module_.get()));
  }

  [[nodiscard]] PyRef keep() {
    kept_ = true;
    if (!helpers_.call("end_load", "()")) {
      PyErr_Clear();
    }
    return std::move(module_);
  }

 private:
  const Helpers& helpers_;
  PyRef module_;
  bool kept_ = false;
};

PyRef text_object(std::string_view text) {
  PyRef object = PyRef::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape"));
  if (!object) {
    PyErr_Clear();
  }
  return object;
}

// Returns an attribute, null if there is none, or the error that the script's code raised.
Result<PyRef> find_attribute(PyObject* object, std::string_view name) {
  const PyRef key = text_object(name);
  PyObject* found = nullptr;
  if (key && PyObject_GetOptionalAttr(object, key.get(), &found) < 0) {
    return std::unexpected(take_python_error());
  }
  return PyRef::steal(found);
}

// Returns an attribute, or one of an attribute ("config.reload"); null if there is none.
Result<PyRef> find_attributes(PyRef object, std::string_view names) {
  std::size_t begin = 0;
  while (object && begin <= names.size()) {
    const std::size_t end = std::min(names.find('.', begin), names.size());
    Result<PyRef> next = find_attribute(object.get(), names.substr(begin, end - begin));
    if (!next) {
      return next;
    }
    object = std::move(*next);
    begin = end + 1;
  }
  return object;
}

}  // namespace

Result<void> Script::load(const fs::path& path) {
  const Result<Source> source = read_source(path);
  if (!source) {
    return std::unexpected(source.error());
  }
  const PyRef file = path_object(source->file);
  const PyRef code = file ? compile(*source, file.get()) : PyRef();
  if (!code) {
    return std::unexpected(take_python_error());
  }
  Loading loading(helpers_, *source, file.get());
  if (!loading.run(code.get())) {
    return std::unexpected(take_python_error());
  }
  module_ = loading.keep();
  name_ = source->stem;
  const char* const module_name = PyModule_GetName(module_.get());
  is_renamed_ = module_name != nullptr && std::string_view(module_name).ends_with("_script") &&
                !std::string_view(source->stem).ends_with("_script");
  PyErr_Clear();
  return {};
}

PyRef Script::find_global(std::string_view name) const {
  const PyRef key = text_object(name);
  PyObject* found = nullptr;
  if (key && PyDict_GetItemRef(PyModule_GetDict(module_.get()), key.get(), &found) < 0) {
    PyErr_Clear();
  }
  return PyRef::steal(found);
}

Result<PyRef> Script::find(std::string_view name) const {
  if (!module_) {
    return fail(ErrorCode::kScriptNotFound, "no script is loaded");
  }
  const std::size_t end = std::min(name.find('.'), name.size());
  PyRef object = find_global(name.substr(0, end));
  if (object && end < name.size()) {
    Result<PyRef> found = find_attributes(std::move(object), name.substr(end + 1));
    if (!found) {
      return found;
    }
    object = std::move(*found);
  }
  if (!object) {
    return fail(ErrorCode::kFunctionNotFound,
                "script '" + name_ + "' has no '" + std::string(name) + "'");
  }
  return object;
}

Result<PyRef> Script::checked_callable(Result<PyRef> object, std::string_view name) const {
  if (object && PyCallable_Check(object->get()) == 0) {
    return fail(ErrorCode::kNotCallable, "'" + std::string(name) + "' of script '" + name_ +
                                             "' is of type '" + type_name(object->get()) +
                                             "', not a function");
  }
  return object;
}

Result<PyRef> Script::find_callable(std::string_view name) const {
  return checked_callable(find(name), name);
}

Result<PyRef> Script::find_callable_of(PyRef object, std::string_view name) const {
  if (name.empty()) {
    return checked_callable(std::move(object), "<object>");
  }
  const std::string type = type_name(object.get());
  Result<PyRef> found = find_attributes(std::move(object), name);
  if (found && !*found) {
    return fail(ErrorCode::kFunctionNotFound,
                "the object of type '" + type + "' has no '" + std::string(name) + "'");
  }
  return checked_callable(std::move(found), name);
}

}  // namespace hookline::detail
