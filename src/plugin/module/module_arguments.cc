#include "plugin/module/module_arguments.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "hookline/detail/value_path.h"
#include "interp/handle_table.h"
#include "interp/memory_account.h"
#include "marshal/copy_budget.h"
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

// Reads the arguments of one call.
class ArgumentReader {
 public:
  ArgumentReader(const HostFunction& function, const Arguments& given, const ScriptContext& context)
      : function_(function),
        given_(given),
        options_{.text = function.text,
                 .codec = context.codec,
                 .max_bytes = context.max_value_bytes,
                 .may_take = &MemoryTotal::leaves_reserve},
        budget_(options_.max_bytes, options_.may_take) {}

  // Returns false with an exception set.
  [[nodiscard]] bool read_all() {
    return function_.parameters ? read_parameters(*function_.parameters) : read_positional();
  }
  // REQUIRES: read_all() has succeeded.
  [[nodiscard]] ReadArguments take() {
    return {.values = std::move(values_), .bytes = options_.max_bytes - budget_.left()};
  }

 private:
  [[nodiscard]] bool read_parameters(const std::vector<Parameter>& parameters);
  [[nodiscard]] bool read_positional();
  [[nodiscard]] bool read_parameter(std::size_t index, const Parameter& parameter,
                                    PyObject* object);
  [[nodiscard]] bool read_kind(std::size_t index, const Parameter& parameter, PyObject* object);
  [[nodiscard]] bool read(std::size_t index, PyObject* object);

  const HostFunction& function_;
  const Arguments& given_;
  const MarshalOptions options_;
  CopyBudget budget_;
  std::vector<Value> values_;
};

bool ArgumentReader::read(std::size_t index, PyObject* object) {
  const CopyBudget before = budget_;
  Result<Value> copied = from_python(object, ValuePath("argument"), options_, budget_);
  if (!copied) {
    // Fails again with a message that says which argument, so that its text is not made for every
    // call.
    budget_ = before;
    copied = from_python(object, ValuePath(place_of(function_, index)), options_, budget_);
  }
  if (!copied) {
    raise_in_python(copied.error());
    return false;
  }
  values_[index] = *std::move(copied);
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
bool ArgumentReader::read_kind(std::size_t index, const Parameter& parameter, PyObject* object) {
  const Kind& kind = kKinds.at(static_cast<std::size_t>(parameter.accepts));
  if (!kind.fits(object)) {
    PyErr_Format(PyExc_TypeError, "%s() argument '%s' must be %s, not %s",
                 function_.full_name().c_str(), parameter.name.c_str(), kind.name,
                 Py_TYPE(object)->tp_name);
    return false;
  }
  if (is_str(object)) {
    const PyRef text = PyRef::steal(PyUnicode_FromObject(object));
    return text && read(index, text.get());
  }
  if (parameter.accepts == Accepts::kFloat) {
    values_[index] = PyFloat_AsDouble(object);
  } else {
    values_[index] = PyLong_AsLongLong(object);
  }
  return PyErr_Occurred() == nullptr;
}

bool ArgumentReader::read_parameter(std::size_t index, const Parameter& parameter,
                                    PyObject* object) {
  if (parameter.accepts != Accepts::kAnything) {
    if (object == Py_None && parameter.fallback) {
      values_[index] = *parameter.fallback;
      return true;
    }
    return read_kind(index, parameter, object);
  }
  return parameter.passing == Passing::kCopy
             ? read(index, object)
             : keep(function_, index, parameter.passing, object, values_[index]);
}

bool ArgumentReader::read_positional() {
  if (given_.count > budget_.left() / CopyBudget::kValueBytes) {
    PyErr_Format(PyExc_ValueError, "%s(): %s", function_.full_name().c_str(),
                 too_large_text(options_.max_bytes).c_str());
    return false;
  }
  values_.resize(given_.count);
  for (std::size_t i = 0; i < given_.count; ++i) {
    if (!read(i, given_.positional[i])) {
      return false;
    }
  }
  if (given_.keyword_count() > 0) {
    PyErr_Format(PyExc_TypeError, "%s() takes no arguments by name", function_.full_name().c_str());
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

bool ArgumentReader::read_parameters(const std::vector<Parameter>& parameters) {
  std::size_t keywords_used = 0;
  values_.resize(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    PyObject* object = given_.find(i, parameter.name, keywords_used);
    if (object != nullptr) {
      if (!read_parameter(i, parameter, object)) {
        return false;
      }
    } else if (parameter.fallback) {
      values_[i] = *parameter.fallback;
    } else {
      PyErr_Format(PyExc_TypeError, "%s() needs the argument '%s'", function_.full_name().c_str(),
                   parameter.name.c_str());
      return false;
    }
  }
  return check_all_used(function_, parameters.size(), given_, keywords_used);
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

std::optional<ReadArguments> read_arguments(const HostFunction& function, const Arguments& given,
                                            const ScriptContext& context) {
  ArgumentReader reader(function, given, context);
  return reader.read_all() ? std::optional(reader.take()) : std::nullopt;
}

}  // namespace hookline::detail
