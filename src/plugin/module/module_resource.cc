#include "plugin/module/module_resource.h"

#include <array>
#include <new>
#include <string>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "hookline/loop.h"
#include "plugin/functions/gil_released.h"
#include "plugin/module/module_awaitable.h"
#include "plugin/module/module_function.h"

namespace hookline::detail {

namespace {

struct ResourceObject {
  PyObject base;
  const ScriptContext* context;
  std::shared_ptr<Resource>* resource;
};

const std::shared_ptr<Resource>& resource_of(PyObject* self) {
  return *reinterpret_cast<ResourceObject*>(self)->resource;
}

PyObject* release_now(PyObject* self) {
  const ScriptContext& context = *module_state_of(self).context;
  const std::shared_ptr<Resource> resource = resource_of(self);
  try {
    const GilReleased released;
    context.resources->release(*resource, *context.port).wait();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  Py_RETURN_NONE;
}

PyObject* release(PyObject* self, PyObject* /*unused*/) { return release_now(self); }

PyObject* exit(PyObject* self, PyObject* /*exception*/) { return release_now(self); }

// Returns false, with an exception set, if the resource has been released.
bool is_usable(const Resource& resource) {
  if (resource.object() == Handle()) {
    PyErr_Format(PyExc_ValueError, "the %s has been released", resource.type().full_name().c_str());
    return false;
  }
  return true;
}

PyObject* enter(PyObject* self, PyObject* /*unused*/) {
  return is_usable(*resource_of(self)) ? Py_NewRef(self) : nullptr;
}

PyObject* enter_awaiting(PyObject* self, PyObject* /*unused*/) {
  return is_usable(*resource_of(self)) ? ready_awaitable(module_state_of(self), self).release()
                                       : nullptr;
}

PyObject* exit_awaiting(PyObject* self, PyObject* /*exception*/) {
  // The result is treated as one of this function, of which only the name is used.
  static const auto kRelease =
      std::make_shared<const HostFunction>(HostFunction{.name = "release"});
  ModuleState& state = module_state_of(self);
  const std::shared_ptr<Resource> resource = resource_of(self);
  const auto start = [&] {
    // It is no error that the host is shutting down, because that releases the resource.
    return state.context->resources->release(*resource, *state.context->port)
        .then(InlineExecutor::instance(), [](const Result<Value>&) { return Value(); });
  };
  return start_awaitable(state, kRelease, start).release();
}

PyObject* get_attribute(PyObject* self, PyObject* name) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(name, &size);
  if (text == nullptr) {
    return nullptr;
  }
  const auto& resource = resource_of(self);
  if (auto method = resource->type().find({text, static_cast<std::size_t>(size)})) {
    return make_method(module_state_of(self), std::move(method), resource, PyRef::borrow(self))
        .release();
  }
  return PyObject_GenericGetAttr(self, name);
}

PyObject* list_attributes(PyObject* self, PyObject* /*unused*/) {
  const PyRef type = PyRef::borrow(reinterpret_cast<PyObject*>(Py_TYPE(self)));
  PyRef names = PyRef::steal(PyObject_Dir(type.get()));
  if (!names) {
    return nullptr;
  }
  for (const auto& method : resource_of(self)->type().methods()) {
    const PyRef name = PyRef::steal(PyUnicode_FromString(method->name.c_str()));
    if (!name || PyList_Append(names.get(), name.get()) < 0) {
      return nullptr;
    }
  }
  return names.release();
}

PyObject* represent(PyObject* self) {
  const Resource& resource = *resource_of(self);
  return PyUnicode_FromFormat("<%s%s>", resource.type().full_name().c_str(),
                              resource.object() == Handle() ? ", released" : "");
}

// Does not wait for the host's thread, which may be waiting for this script to end. If there is no
// memory for the release, it takes place when the script ends.
void destroy(PyObject* self) {
  auto* object = reinterpret_cast<ResourceObject*>(self);
  if_memory([object] {
    const std::unique_ptr<std::shared_ptr<Resource>> resource(object->resource);
    const GilReleased released;
    (void)object->context->resources->release(**resource, *object->context->port);
  });
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  (void)PyRef::steal(reinterpret_cast<PyObject*>(type));
}

PyType_Spec& spec() {
  static auto methods = std::to_array<PyMethodDef>({
      {"release", &release, METH_NOARGS, "Gives it back now."},
      {"__enter__", &enter, METH_NOARGS, nullptr},
      {"__exit__", &exit, METH_VARARGS, nullptr},
      {"__aenter__", &enter_awaiting, METH_NOARGS, nullptr},
      {"__aexit__", &exit_awaiting, METH_VARARGS, nullptr},
      {"__dir__", &list_attributes, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  });
  static auto slots = std::to_array<PyType_Slot>({
      {Py_tp_dealloc, reinterpret_cast<void*>(&destroy)},
      {Py_tp_getattro, reinterpret_cast<void*>(&get_attribute)},
      {Py_tp_repr, reinterpret_cast<void*>(&represent)},
      {Py_tp_methods, methods.data()},
      {Py_tp_doc,
       const_cast<char*>("Something of the host that a script has until it gives it back.")},
      {0, nullptr},
  });
  static PyType_Spec spec = {
      .name = "resource",
      .basicsize = sizeof(ResourceObject),
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots.data(),
  };
  return spec;
}

}  // namespace

PyRef make_resource_type(PyObject* module) { return make_type(module, spec()); }

PyRef make_resource(const ModuleState& state, const std::shared_ptr<const ResourceClass>& type,
                    Value value) {
  const Handle* handle = value.as<Handle>();
  if (handle == nullptr || *handle == Handle()) {
    PyErr_Format(PyExc_RuntimeError, "%s() made nothing", type->full_name().c_str());
    return {};
  }
  auto resource =
      std::make_unique<std::shared_ptr<Resource>>(state.context->resources->add(type, *handle));
  auto* object = PyObject_New(ResourceObject, reinterpret_cast<PyTypeObject*>(state.resource_type));
  if (object == nullptr) {
    (void)state.context->resources->release(**resource, *state.context->port);
    return {};
  }
  object->context = state.context;
  object->resource = resource.release();
  return PyRef::steal(&object->base);
}

}  // namespace hookline::detail
