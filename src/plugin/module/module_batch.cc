#include "plugin/module/module_batch.h"

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/value.h"
#include "marshal/python.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/raise_in_python.h"

namespace hookline::detail {

namespace {

// Longer batches reach the host in several parts, so that a batch cannot grow without limit.
constexpr std::size_t kLongestBatch = 10'000;

// Holds the sends that one outermost batch and those inside of it hold back.
struct Queue {
  std::vector<HostCall> sends;
  std::size_t bytes = 0;  // the size of their arguments
};

struct BatchObject {
  PyObject base;
  std::shared_ptr<Queue>* queue;  // set while it is entered
  PyObject* token;                // the argument of ContextVar.reset()
  bool is_outermost;
};

BatchObject& batch_of(PyObject* self) { return *reinterpret_cast<BatchObject*>(self); }

// Returns the queue of the batch that the running thread or task is in, or nullptr.
std::shared_ptr<Queue> current_queue(const ModuleState& state) {
  PyObject* found = nullptr;
  if (PyContextVar_Get(state.current_batch, nullptr, &found) < 0) {
    PyErr_Clear();
  }
  const PyRef batch = PyRef::steal(found);
  // A task that was started inside inherits a batch that may have ended.
  if (!batch || batch.get() == Py_None || batch_of(batch.get()).queue == nullptr) {
    return nullptr;
  }
  return *batch_of(batch.get()).queue;
}

bool deliver(Queue& queue, const ModuleState& state) {
  std::vector<HostCall> sends = std::exchange(queue.sends, {});
  queue.bytes = 0;
  if (sends.empty()) {
    return true;
  }
  if (!has_context(state)) {
    return false;
  }
  const ScriptContext& context = *state.context;
  Result<Value> result;
  try {
    const GilReleased released;
    result =
        context.port
            ->run([sends = std::move(sends), &context, waiter = ScriptThread::current()](
                      Promise<Value> promise) { promise.set(run_sends(sends, context, waiter)); })
            .get();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return false;
  }
  if (!result) {
    raise_in_python(result.error());
  }
  return result.has_value();
}

PyObject* enter(PyObject* self, PyObject* /*unused*/) {
  ModuleState& state = module_state_of(self);
  BatchObject& batch = batch_of(self);
  if (batch.queue != nullptr) {
    PyErr_Format(PyExc_RuntimeError,
                 "this batch has begun already: use a %s.batch() for each 'with'",
                 state.module_name());
    return nullptr;
  }
  std::shared_ptr<Queue> outer = current_queue(state);
  batch.is_outermost = outer == nullptr;
  auto queue = std::make_unique<std::shared_ptr<Queue>>(outer ? std::move(outer)
                                                              : std::make_shared<Queue>());
  batch.token = PyContextVar_Set(state.current_batch, self);
  if (batch.token == nullptr) {
    return nullptr;
  }
  batch.queue = queue.release();
  ++state.open_batches;
  return Py_NewRef(self);
}

// Ends the batch. Returns the queue to deliver, or nullptr if the batch is inside of another.
std::shared_ptr<Queue> end(ModuleState& state, BatchObject& batch) {
  const std::unique_ptr<std::shared_ptr<Queue>> queue(std::exchange(batch.queue, nullptr));
  if (!queue) {
    return nullptr;
  }
  --state.open_batches;
  const PyRef token = PyRef::steal(std::exchange(batch.token, nullptr));
  if (state.current_batch != nullptr && PyContextVar_Reset(state.current_batch, token.get()) < 0) {
    PyErr_Clear();  // it ended in another task than it began in, and has no queue any more anyway
  }
  return batch.is_outermost ? *queue : nullptr;
}

PyObject* exit(PyObject* self, PyObject* exception) {
  ModuleState& state = module_state_of(self);
  const std::shared_ptr<Queue> queue = end(state, batch_of(self));
  if (queue && !deliver(*queue, state)) {
    if (PyTuple_GET_SIZE(exception) > 0 && PyTuple_GET_ITEM(exception, 0) != Py_None) {
      PyErr_WriteUnraisable(self);  // the script's own exception propagates
    } else {
      return nullptr;
    }
  }
  Py_RETURN_FALSE;
}

// Also delivers the sends of a batch that was entered by hand and never left, since they were
// accepted.
void destroy(PyObject* self) {
  ModuleState& state = module_state_of(self);
  BatchObject& batch = batch_of(self);
  PyObject* const raised = PyErr_GetRaisedException();
  const std::shared_ptr<Queue> queue = end(state, batch);
  if (queue && !deliver(*queue, state)) {
    PyErr_WriteUnraisable(nullptr);
  }
  PyErr_SetRaisedException(raised);
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  (void)PyRef::steal(reinterpret_cast<PyObject*>(type));
}

PyType_Spec& spec() {
  static auto methods = std::to_array<PyMethodDef>({
      {"__enter__", &enter, METH_NOARGS, nullptr},
      {"__exit__", &exit, METH_VARARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  });
  static auto slots = std::to_array<PyType_Slot>({
      {Py_tp_dealloc, reinterpret_cast<void*>(&destroy)},
      {Py_tp_methods, methods.data()},
      {Py_tp_doc, const_cast<char*>("Sends what is sent inside of the block together.")},
      {0, nullptr},
  });
  static PyType_Spec spec = {
      .name = "batch",
      .basicsize = sizeof(BatchObject),
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots.data(),
  };
  return spec;
}

}  // namespace

PyRef make_batch_type(PyObject* module) { return make_type(module, spec()); }

PyRef make_batch(const ModuleState& state) {
  auto* object = PyObject_New(BatchObject, reinterpret_cast<PyTypeObject*>(state.batch_type));
  if (object == nullptr) {
    return {};
  }
  object->queue = nullptr;
  object->token = nullptr;
  object->is_outermost = false;
  return PyRef::steal(&object->base);
}

Collected collect(ModuleState& state, HostCall& call) {
  const std::shared_ptr<Queue> queue = current_queue(state);
  if (!queue) {
    return Collected::kNo;
  }
  if (!call.function->is_send) {
    return deliver(*queue, state) ? Collected::kNo : Collected::kFailed;
  }
  const std::size_t limit = state.context->max_value_bytes;
  if (call.bytes > limit - queue->bytes) {
    PyErr_Format(PyExc_ValueError, "%s.batch(): %s", state.module_name(),
                 too_large_text(limit).c_str());
    return Collected::kFailed;
  }
  queue->bytes += call.bytes;
  queue->sends.push_back(std::move(call));
  return queue->sends.size() < kLongestBatch || deliver(*queue, state) ? Collected::kYes
                                                                       : Collected::kFailed;
}

bool flush_batch(ModuleState& state) {
  if (state.open_batches == 0) {
    return true;
  }
  const std::shared_ptr<Queue> queue = current_queue(state);
  return !queue || deliver(*queue, state);
}

}  // namespace hookline::detail
