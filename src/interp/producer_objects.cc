#include "interp/producer_objects.h"

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "hookline/convert.h"
#include "hookline/detail/value_path.h"
#include "interp/py_error.h"

namespace hookline::detail {

namespace {

constexpr const char* kKey = "hookline.producers";

// Releases the GIL while it lives.
class WithoutGil {
 public:
  WithoutGil() : state_(PyEval_SaveThread()) {}
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;
  ~WithoutGil() { PyEval_RestoreThread(state_); }

 private:
  PyThreadState* state_;
};

// Saves the Python exception that is set, if any, and restores it when destroyed.
class ExceptionAside {
 public:
  ExceptionAside() : exception_(PyRef::steal(PyErr_GetRaisedException())) {}
  ExceptionAside(const ExceptionAside&) = delete;
  ExceptionAside& operator=(const ExceptionAside&) = delete;
  ~ExceptionAside() { PyErr_SetRaisedException(exception_.release()); }

 private:
  PyRef exception_;
};

void raise_runtime_error(const Error& error) {
  PyErr_SetString(PyExc_RuntimeError, error.message.c_str());
}

Error translate_plainly(const std::exception_ptr& thrown) {
  Error error{.code = ErrorCode::kScriptRaised, .message = "", .python_type = "RuntimeError"};
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    error.message = exception.what();
  } catch (...) {
    error.message = "a producer threw what is no std::exception";
  }
  return error;
}

}  // namespace

// Is the layout of the Python object. Its members after the head are C++ objects, which open() and
// dealloc() construct and destroy explicitly.
struct ProducerObject {
  PyObject head;
  ProducerObjects* home;  // nullptr once the interpreter is about to end
  std::unique_ptr<Producer> producer;
  TextMode text;
  std::size_t count;  // the number of items so far
  bool running;

  static ProducerObject& of(PyObject* object) { return *reinterpret_cast<ProducerObject*>(object); }
  [[nodiscard]] PyObject* next();
  void close();
  void leave_home();

 private:
  [[nodiscard]] Result<std::optional<Value>> produce();
  [[nodiscard]] PyObject* convert(const Value& item);
};

Result<std::optional<Value>> ProducerObject::produce() {
  Result<std::optional<Value>> item;
  std::exception_ptr thrown;
  running = true;
  try {
    const WithoutGil meanwhile;
    item = producer->next();
  } catch (...) {
    thrown = std::current_exception();
  }
  running = false;
  if (thrown && home != nullptr) {
    item = std::unexpected(home->translate_(thrown));
  }
  return item;
}

PyObject* ProducerObject::convert(const Value& item) {
  ValuePath at("item");
  at.at_index(count++);
  Result<PyRef> object =
      to_python(item, at, {.text = text, .codec = &home->codec_, .handles = home});
  if (!object) {
    home->raise_(object.error());
    return nullptr;
  }
  return object->release();
}

PyObject* ProducerObject::next() {
  if (running) {
    PyErr_SetString(PyExc_ValueError, "the producer is already running, on another thread");
    return nullptr;
  }
  if (!producer || home == nullptr) {
    return nullptr;
  }
  const Result<std::optional<Value>> item = produce();
  PyObject* object = nullptr;
  if (home != nullptr) {
    if (!item) {
      home->raise_(item.error());
    } else if (const std::optional<Value>& made = *item) {
      object = convert(*made);
    }
  }
  if (object == nullptr) {
    const ExceptionAside aside;
    close();
  }
  return object;
}

void ProducerObject::close() {
  if (std::unique_ptr<Producer> ended = std::move(producer)) {
    const WithoutGil meanwhile;
    ended.reset();
  }
}

void ProducerObject::leave_home() {
  if (home != nullptr) {
    std::exchange(home, nullptr)->alive_.erase(this);
  }
}

namespace {

PyObject* iternext(PyObject* self) { return ProducerObject::of(self).next(); }

PyObject* close(PyObject* self, PyObject* /*none*/) {
  ProducerObject& object = ProducerObject::of(self);
  if (object.running) {
    PyErr_SetString(PyExc_ValueError, "the producer is running, on another thread");
    return nullptr;
  }
  object.close();
  Py_RETURN_NONE;
}

PyObject* enter(PyObject* self, PyObject* /*none*/) { return Py_NewRef(self); }

PyObject* leave(PyObject* self, PyObject* /*exception*/) { return close(self, nullptr); }

void dealloc(PyObject* self) {
  const PyRef type = PyRef::steal(reinterpret_cast<PyObject*>(Py_TYPE(self)));
  const ExceptionAside aside;
  ProducerObject& object = ProducerObject::of(self);
  object.leave_home();
  object.close();
  std::destroy_at(&object.producer);
  PyObject_Free(self);
}

PyRef make_type() {
  // The tables are static, since CPython keeps pointers to them as long as the type lives.
  static PyMethodDef methods[] = {
      {"close", &close, METH_NOARGS, "Ends it: C++ lets go of what it needs to make items."},
      {"__enter__", &enter, METH_NOARGS, nullptr},
      {"__exit__", &leave, METH_VARARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  };
  PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char*>("Items that the host makes one by one.")},
      {Py_tp_dealloc, reinterpret_cast<void*>(&dealloc)},
      {Py_tp_iter, reinterpret_cast<void*>(&PyObject_SelfIter)},
      {Py_tp_iternext, reinterpret_cast<void*>(&iternext)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  PyType_Spec spec = {
      .name = "hookline.Producer",
      .basicsize = sizeof(ProducerObject),
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots,
  };
  return PyRef::steal(PyType_FromSpec(&spec));
}

}  // namespace

Result<std::unique_ptr<ProducerObjects>> ProducerObjects::create(const TextCodec& codec,
                                                                 RaiseError raise,
                                                                 HandleOpener* others,
                                                                 TranslateException translate) {
  std::unique_ptr<ProducerObjects> objects(
      new ProducerObjects(codec, raise != nullptr ? raise : &raise_runtime_error, others,
                          translate ? std::move(translate) : &translate_plainly));
  objects->type_ = make_type();
  const PyRef capsule = PyRef::steal(PyCapsule_New(objects.get(), kKey, nullptr));
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (!objects->type_ || !capsule || dict == nullptr ||
      PyDict_SetItemString(dict, kKey, capsule.get()) != 0) {
    return std::unexpected(take_python_error());
  }
  return objects;
}

ProducerObjects* ProducerObjects::current() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  PyObject* capsule = dict != nullptr ? PyDict_GetItemString(dict, kKey) : nullptr;
  return capsule != nullptr ? static_cast<ProducerObjects*>(PyCapsule_GetPointer(capsule, kKey))
                            : nullptr;
}

HandleOpener& ProducerObjects::opener() noexcept {
  class CurrentOpener final : public HandleOpener {
   public:
    PyRef open(const Handle& handle) override {
      ProducerObjects* objects = current();
      return objects != nullptr ? objects->open(handle) : PyRef();
    }
  };
  static CurrentOpener opener;
  return opener;
}

ProducerObjects::~ProducerObjects() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (dict != nullptr && PyDict_PopString(dict, kKey, nullptr) < 0) {
    PyErr_Clear();
  }
  while (!alive_.empty()) {
    ProducerObject& object = **alive_.begin();
    const PyRef owned = PyRef::borrow(&object.head);
    object.leave_home();
    // A running producer belongs to its thread, which could not be joined.
    if (!object.running) {
      object.close();
    }
  }
}

PyRef ProducerObjects::open(const Handle& handle) {
  if (!is_producer(handle)) {
    return others_ != nullptr ? others_->open(handle) : PyRef();
  }
  ProducerSource source = take_producer(handle);
  if (!source.producer) {
    PyErr_SetString(PyExc_ValueError, "the producer has been given to a script before");
    return {};
  }
  auto* type = reinterpret_cast<PyTypeObject*>(type_.get());
  auto* object = PyObject_New(ProducerObject, type);
  if (object == nullptr) {
    return {};
  }
  object->home = this;
  std::construct_at(&object->producer, std::move(source.producer));
  object->text = source.text;
  object->count = 0;
  object->running = false;
  alive_.insert(object);
  return PyRef::steal(&object->head);
}

}  // namespace hookline::detail
