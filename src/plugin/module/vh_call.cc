#include "plugin/module/vh_call.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/host.h"
#include "interp/producer_objects.h"
#include "marshal/python.h"

namespace hookline::detail {

namespace {

void wrong_type(const VhRow& row, const VhParameter& parameter, PyObject* got) {
  PyErr_Format(PyExc_TypeError, "vh.%s() argument '%s' must be %s, not %s", row.name,
               std::string(parameter.name).c_str(),
               parameter.kind == 's'   ? "str"
               : parameter.kind == 'l' ? "int"
               : parameter.kind == 'a' ? "str or int"
                                       : "float",
               Py_TYPE(got)->tp_name);
}

bool kind_fits(char kind, PyObject* object) {
  switch (kind) {
    case 's':
      return PyUnicode_Check(object);
    case 'l':
      return PyLong_Check(object);
    case 'a':
      return PyUnicode_Check(object) || PyLong_Check(object);
    default:
      return PyFloat_Check(object) || PyLong_Check(object);
  }
}

bool read_text(PyObject* object, const ScriptContext& context, Value& value) {
  const MarshalOptions options{.text = TextMode::kHub, .codec = context.codec};
  // Makes an exact str, because a script may pass a subclass of it.
  const PyRef text = PyRef::steal(PyUnicode_FromObject(object));
  if (!text) {
    return false;
  }
  auto read = from_python(text.get(), "argument", options);
  if (!read) {
    raise_in_python(read.error());
    return false;
  }
  value = *std::move(read);
  return true;
}

bool read_number(char kind, PyObject* object, Value& value) {
  if (kind == 'd') {
    value = PyFloat_AsDouble(object);
  } else {
    value = PyLong_AsLongLong(object);
  }
  return PyErr_Occurred() == nullptr;
}

bool read_one(const VhRow& row, const VhParameter& parameter, PyObject* object,
              const ScriptContext& context, Value& value) {
  if (object == Py_None && parameter.optional) {
    return true;
  }
  if (!kind_fits(parameter.kind, object)) {
    wrong_type(row, parameter, object);
    return false;
  }
  return PyUnicode_Check(object) ? read_text(object, context, value)
                                 : read_number(parameter.kind, object, value);
}

Result<Value> ask_host(Vh function, std::span<Value> values, const ScriptContext& context) {
  if (vh_row(function).runs_on == RunsOn::kCaller && !context.reads_on_host) {
    return context.host->vh_call(function, values, context.caller);
  }
  std::vector<Value> moved(std::make_move_iterator(values.begin()),
                           std::make_move_iterator(values.end()));
  Result<Value> result;
  // The host's thread may be waiting for this very script, so its threads must be able to run.
  Py_BEGIN_ALLOW_THREADS;
  result = context.port->submit(function, std::move(moved), context.caller).get();
  Py_END_ALLOW_THREADS;
  return result;
}

}  // namespace

std::optional<std::size_t> read_vh_arguments(Vh function, const VhArguments& given,
                                             const ScriptContext& context, VhValues& values) {
  const VhRow& row = vh_row(function);
  const auto parameters = vh_signature(function).all();
  std::size_t keywords_used = 0;
  for (std::size_t index = 0; index < parameters.size(); ++index) {
    const VhParameter& parameter = parameters[index];
    PyObject* object = given.find(index, parameter.name, keywords_used);
    if (object == nullptr) {
      if (!parameter.optional) {
        PyErr_Format(PyExc_TypeError, "vh.%s() needs the argument '%s'", row.name,
                     std::string(parameter.name).c_str());
        return std::nullopt;
      }
    } else if (!read_one(row, parameter, object, context, values.at(index))) {
      return std::nullopt;
    }
  }
  if (!check_all_used(row.name, parameters.size(), given, keywords_used)) {
    return std::nullopt;
  }
  return parameters.size();
}

PyObject* vh_result(Vh function, const Result<Value>& result, const ScriptContext& context) {
  if (!result) {
    raise_in_python(result.error());
    return nullptr;
  }
  const MarshalOptions options{
      .text = TextMode::kHub, .codec = context.codec, .handles = &ProducerObjects::opener()};
  Result<PyRef> object = to_python(*result, vh_row(function).name, options);
  if (!object) {
    raise_in_python(object.error());
    return nullptr;
  }
  return object->release();
}

PyObject* run_vh_function(Vh function, const VhArguments& given, const ScriptContext& context) {
  VhValues values;
  const auto count = read_vh_arguments(function, given, context, values);
  if (!count) {
    return nullptr;
  }
  return vh_result(function, ask_host(function, std::span(values).first(*count), context), context);
}

}  // namespace hookline::detail
