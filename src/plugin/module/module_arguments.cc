#include "plugin/module/module_arguments.h"

#include <array>
#include <string>
#include <utility>

#include "interp/handle_table.h"
#include "marshal/python.h"
#include "plugin/functions/raise_in_python.h"

namespace hookline::detail {

namespace {

// Returns the value given for a name, or nullptr.
PyObject* find_keyword(const Arguments& given, std::string_view name) {
  for (std::size_t i = 0; i < given.keyword_count(); ++i) {
    PyObject* keyword = PyTuple_GET_ITEM(given.keywords, static_cast<Py_ssize_t>(i));
    if (PyUnicode_EqualToUTF8AndSize(keyword, name.data(), static_cast<Py_ssize_t>(name.size())) !=
        0) {
      return given.positional[given.count + i];
    }
  }
  return nullptr;
}

std::string place_of(const HostFunction& function, std::size_t index) {
  return function.full_name() + "(): argument " +
         (function.parameters ? "'" + (*function.parameters)[index].name + "'"
                              : std::to_string(index + 1));
}

bool read(const HostFunction& function, std::size_t index, PyObject* object,
          const ScriptContext& context, Value& value) {
  const MarshalOptions options{.text = function.text, .codec = context.codec};
  Result<Value> copied = from_python(object, "argument", options);
  if (!copied) {
    // Fails again with a message that says which argument, so that its text is not made for every
    // call.
    copied = from_python(object, place_of(function, index), options);
  }
  if (!copied) {
    raise_in_python(copied.error());
    return false;
  }
  value = *std::move(copied);
  return true;
}

bool keep(const HostFunction& function, std::size_t index, Passing passing, PyObject* object,
          Value& value) {
  if (passing == Passing::kCallable && PyCallable_Check(object) == 0) {
    PyErr_Format(PyExc_TypeError, "%s: expected callable, got %s",
                 place_of(function, index).c_str(), Py_TYPE(object)->tp_name);
    return false;
  }
  HandleTable* handles = HandleTable::current();
  if (handles == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "the script is ending: nothing can be passed any more");
    return false;
  }
  value = handles->keep(PyRef::borrow(object));
  return true;
}

// Says which objects a parameter of one kind accepts. The rows are in the order of Accepts.
struct Kind {
  const char* name;
  bool (*fits)(PyObject* object);
};

bool is_str(PyObject* object) { return PyUnicode_Check(object); }
bool is_int(PyObject* object) { return PyLong_Check(object); }

constexpr auto kKinds = std::to_array<Kind>({
    {"anything", [](PyObject* /*object*/) { return true; }},
    {"str", &is_str},
    {"int", &is_int},
    {"float", [](PyObject* object) { return PyFloat_Check(object) || is_int(object); }},
    {"str or int", [](PyObject* object) { return is_str(object) || is_int(object); }},
});

// Reads an argument for a parameter that accepts one kind. A script may pass a subclass of str, of
// which the plain str counts.
bool read_kind(const HostFunction& function, std::size_t index, const Parameter& parameter,
               PyObject* object, const ScriptContext& context, Value& value) {
  const Kind& kind = kKinds.at(static_cast<std::size_t>(parameter.accepts));
  if (!kind.fits(object)) {
    PyErr_Format(PyExc_TypeError, "%s() argument '%s' must be %s, not %s",
                 function.full_name().c_str(), parameter.name.c_str(), kind.name,
                 Py_TYPE(object)->tp_name);
    return false;
  }
  if (is_str(object)) {
    const PyRef text = PyRef::steal(PyUnicode_FromObject(object));
    return text && read(function, index, text.get(), context, value);
  }
  if (parameter.accepts == Accepts::kFloat) {
    value = PyFloat_AsDouble(object);
  } else {
    value = PyLong_AsLongLong(object);
  }
  return PyErr_Occurred() == nullptr;
}

bool read_parameter(const HostFunction& function, std::size_t index, const Parameter& parameter,
                    PyObject* object, const ScriptContext& context, Value& value) {
  if (parameter.accepts != Accepts::kAnything) {
    if (object == Py_None && parameter.fallback) {
      value = *parameter.fallback;
      return true;
    }
    return read_kind(function, index, parameter, object, context, value);
  }
  return parameter.passing == Passing::kCopy
             ? read(function, index, object, context, value)
             : keep(function, index, parameter.passing, object, value);
}

bool read_positional(const HostFunction& function, const Arguments& given,
                     const ScriptContext& context, std::vector<Value>& values) {
  values.resize(given.count);
  for (std::size_t i = 0; i < given.count; ++i) {
    if (!read(function, i, given.positional[i], context, values[i])) {
      return false;
    }
  }
  if (given.keyword_count() > 0) {
    PyErr_Format(PyExc_TypeError, "%s() takes no arguments by name", function.full_name().c_str());
    return false;
  }
  return true;
}

// Returns whether every given argument was used for a parameter. If not, sets a TypeError.
bool check_all_used(const HostFunction& function, std::size_t parameters, const Arguments& given,
                    std::size_t keywords_used) {
  if (given.count > parameters) {
    PyErr_Format(PyExc_TypeError, "%s() takes %zu arguments, but %zu were given",
                 function.full_name().c_str(), parameters, given.count);
    return false;
  }
  if (keywords_used != given.keyword_count()) {
    PyErr_Format(PyExc_TypeError, "%s() was given an argument twice, or one it does not know: %R",
                 function.full_name().c_str(), given.keywords);
    return false;
  }
  return true;
}

bool read_parameters(const HostFunction& function, const std::vector<Parameter>& parameters,
                     const Arguments& given, const ScriptContext& context,
                     std::vector<Value>& values) {
  std::size_t keywords_used = 0;
  values.resize(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    PyObject* object = given.find(i, parameter.name, keywords_used);
    if (object != nullptr) {
      if (!read_parameter(function, i, parameter, object, context, values[i])) {
        return false;
      }
    } else if (parameter.fallback) {
      values[i] = *parameter.fallback;
    } else {
      PyErr_Format(PyExc_TypeError, "%s() needs the argument '%s'", function.full_name().c_str(),
                   parameter.name.c_str());
      return false;
    }
  }
  return check_all_used(function, parameters.size(), given, keywords_used);
}

}  // namespace

PyObject* Arguments::find(std::size_t index, std::string_view name,
                          std::size_t& keywords_used) const {
  if (index < count) {
    return positional[index];
  }
  PyObject* object = find_keyword(*this, name);
  keywords_used += object != nullptr ? 1 : 0;
  return object;
}

std::optional<std::vector<Value>> read_arguments(const HostFunction& function,
                                                 const Arguments& given,
                                                 const ScriptContext& context) {
  std::vector<Value> values;
  const bool ok = function.parameters
                      ? read_parameters(function, *function.parameters, given, context, values)
                      : read_positional(function, given, context, values);
  return ok ? std::optional(std::move(values)) : std::nullopt;
}

}  // namespace hookline::detail
