#include "marshal/plain_form.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hookline::detail {

namespace {

enum class Form : std::uint8_t {
  kMember,   // the value of an enum's member
  kIsoText,  // isoformat()
  kSeconds,  // total_seconds()
  kText,     // str()
  kItems,    // list()
};

// Describes a type of the standard library, including its subclasses.
struct KnownType {
  const char* module;
  const char* name;
  Form form;
};

constexpr KnownType kEnum{"enum", "Enum", Form::kMember};
constexpr auto kKnownTypes = std::to_array<KnownType>({
    {"datetime", "date", Form::kIsoText},  // datetime.datetime is a subclass
    {"datetime", "time", Form::kIsoText},
    {"datetime", "timedelta", Form::kSeconds},
    {"decimal", "Decimal", Form::kText},
    {"uuid", "UUID", Form::kText},
    {"pathlib", "PurePath", Form::kText},
    {"collections", "deque", Form::kItems},
});

// Finds a type of a module that has been imported (otherwise no object of it exists). Returns null
// without an exception if the module has not been imported or has no such type.
PyRef find_imported(const char* module_name, const char* name) {
  const PyRef key = PyRef::steal(PyUnicode_FromString(module_name));
  const PyRef module = key ? PyRef::steal(PyImport_GetModule(key.get())) : PyRef();
  PyObject* found = nullptr;
  if (module) {
    (void)PyObject_GetOptionalAttrString(module.get(), name, &found);
  }
  PyErr_Clear();
  return PyRef::steal(found);
}

// Returns the type if `object` is an instance of it, otherwise null.
PyRef type_if_instance(PyObject* object, const KnownType& known) {
  PyRef type = find_imported(known.module, known.name);
  if (!type || PyType_Check(type.get()) == 0 ||
      PyType_IsSubtype(Py_TYPE(object), reinterpret_cast<PyTypeObject*>(type.get())) == 0) {
    return {};
  }
  return type;
}

PyRef in_form(PyObject* object, PyObject* type, Form form) {
  switch (form) {
    case Form::kMember: {
      const PyRef name = PyRef::steal(PyUnicode_FromString("_value_"));
      return name ? PyRef::steal(PyObject_GenericGetAttr(object, name.get())) : PyRef();
    }
    case Form::kIsoText:
      return PyRef::steal(PyObject_CallMethod(object, "isoformat", nullptr));
    case Form::kSeconds:
      return PyRef::steal(PyObject_CallMethod(type, "total_seconds", "O", object));
    case Form::kText:
      return PyRef::steal(PyObject_Str(object));
    case Form::kItems:
      return PyRef::steal(PySequence_List(object));
  }
  return {};
}

bool is_dataclass(PyObject* object) {
  PyObject* fields = nullptr;
  auto* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  if (PyObject_GetOptionalAttrString(type, "__dataclass_fields__", &fields) < 0) {
    PyErr_Clear();
  }
  return static_cast<bool>(PyRef::steal(fields));
}

// Returns the dict of a dataclass's fields, not converted any deeper.
PyRef fields_of(PyObject* object) {
  const PyRef function = find_imported("dataclasses", "fields");
  const PyRef fields =
      function ? PyRef::steal(PyObject_CallOneArg(function.get(), object)) : PyRef();
  if (!fields || PyTuple_Check(fields.get()) == 0) {
    return {};
  }
  PyRef dict = PyRef::steal(PyDict_New());
  for (Py_ssize_t i = 0; dict && i < PyTuple_GET_SIZE(fields.get()); ++i) {
    const PyRef name =
        PyRef::steal(PyObject_GetAttrString(PyTuple_GET_ITEM(fields.get(), i), "name"));
    const PyRef value = name ? PyRef::steal(PyObject_GetAttr(object, name.get())) : PyRef();
    if (!value || PyDict_SetItem(dict.get(), name.get(), value.get()) != 0) {
      return {};
    }
  }
  return dict;
}

// Converts an instance of a subclass to its built-in class. Overridden methods of the subclass are
// not used, except for the order of a dict subclass that has its own (OrderedDict).
PyRef as_base(PyObject* object) {
  if (PyUnicode_Check(object)) {
    return PyRef::steal(PyUnicode_FromObject(object));
  }
  if (PyLong_Check(object)) {
    return PyRef::steal(PyLong_Type.tp_as_number->nb_int(object));
  }
  if (PyFloat_Check(object)) {
    return PyRef::steal(PyFloat_FromDouble(PyFloat_AS_DOUBLE(object)));
  }
  if (PyBytes_Check(object)) {
    return PyRef::steal(
        PyBytes_FromStringAndSize(PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object)));
  }
  if (PyTuple_Check(object)) {
    return PyRef::steal(PyTuple_GetSlice(object, 0, PyTuple_GET_SIZE(object)));
  }
  if (PyList_Check(object)) {
    return PyRef::steal(PyList_GetSlice(object, 0, PyList_GET_SIZE(object)));
  }
  if (PyDict_Check(object)) {
    return PyRef::steal(PyObject_CallOneArg(reinterpret_cast<PyObject*>(&PyDict_Type), object));
  }
  if (PyFrozenSet_Check(object)) {
    return PyRef::steal(PyFrozenSet_New(object));
  }
  if (PySet_Check(object)) {
    return PyRef::steal(PySet_New(object));
  }
  return {};
}

bool is_dict_view(PyObject* object) {
  return PyDictKeys_Check(object) || PyDictValues_Check(object) || PyDictItems_Check(object);
}

}  // namespace

PyRef plain_form(PyObject* object) {
  // Enums come first: a member may also be an int or a str.
  if (const PyRef type = type_if_instance(object, kEnum)) {
    return in_form(object, type.get(), kEnum.form);
  }
  if (is_dataclass(object)) {
    return fields_of(object);
  }
  PyRef base = as_base(object);
  if (base || PyErr_Occurred() != nullptr) {
    return base;
  }
  if (PyByteArray_Check(object) || PyMemoryView_Check(object)) {
    return PyRef::steal(PyBytes_FromObject(object));
  }
  if (is_dict_view(object)) {
    return PyRef::steal(PySequence_List(object));
  }
  for (const KnownType& known : kKnownTypes) {
    if (const PyRef type = type_if_instance(object, known)) {
      return in_form(object, type.get(), known.form);
    }
  }
  return {};
}

}  // namespace hookline::detail
