#include "interp/keyword_call.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "hookline/detail/value_path.h"
#include "interp/py_error.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

// Positional ones, then those of the keywords, in the order of a vectorcall.
Result<std::vector<PyRef>> convert_all(std::span<const Value> args,
                                       std::span<const Keyword> keywords,
                                       const MarshalOptions& options) {
  std::vector<PyRef> objects;
  objects.reserve(args.size() + keywords.size());
  ValuePath at("args");
  for (std::size_t i = 0; i < args.size(); ++i) {
    at.at_index(i);
    Result<PyRef> object = to_python(args[i], at, options);
    if (!object) {
      return std::unexpected(std::move(object.error()));
    }
    objects.push_back(std::move(*object));
  }
  for (const Keyword& keyword : keywords) {
    Result<PyRef> object = to_python(keyword.value, keyword.name, options);
    if (!object) {
      return std::unexpected(std::move(object.error()));
    }
    objects.push_back(std::move(*object));
  }
  return objects;
}

// What a function that takes any keyword would not notice.
Result<void> check_names(std::span<const Keyword> keywords) {
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    for (const Keyword& other : keywords.first(i)) {
      if (other.name == keywords[i].name) {
        return fail(ErrorCode::kBadArguments,
                    "the keyword argument '" + other.name + "' is given twice");
      }
    }
  }
  return {};
}

// A tuple of str, or null with an exception.
PyRef keyword_names(std::span<const Keyword> keywords) {
  PyRef names = PyRef::steal(PyTuple_New(static_cast<Py_ssize_t>(keywords.size())));
  for (std::size_t i = 0; names && i < keywords.size(); ++i) {
    PyRef name = decode_text(keywords[i].name, {});
    if (!name) {
      return {};
    }
    PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i), name.release());
  }
  return names;
}

}  // namespace

Result<PyRef> call_with_keywords(PyObject* callable, std::span<const Value> args,
                                 std::span<const Keyword> keywords, const MarshalOptions& options) {
  if (Result<void> checked = check_names(keywords); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const Result<std::vector<PyRef>> objects = convert_all(args, keywords, options);
  if (!objects) {
    return std::unexpected(objects.error());
  }
  const PyRef names = keyword_names(keywords);
  if (!names) {
    return fail(ErrorCode::kEncodingError,
                "a keyword argument cannot be named: " + take_python_error().message);
  }
  std::vector<PyObject*> slots{nullptr};  // the first one is for the self of a bound method
  for (const PyRef& object : *objects) {
    slots.push_back(object.get());
  }
  PyRef result = PyRef::steal(PyObject_Vectorcall(
      callable, slots.data() + 1, args.size() | PY_VECTORCALL_ARGUMENTS_OFFSET, names.get()));
  if (!result) {
    return std::unexpected(take_python_error());
  }
  return result;
}

}  // namespace hookline::detail
