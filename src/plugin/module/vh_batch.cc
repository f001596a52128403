#include "plugin/module/vh_batch.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/value.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/raise_in_python.h"
#include "plugin/module/vh_call.h"

namespace hookline::detail {

namespace {

// Longer batches reach the host in several parts, so that a batch cannot grow without limit.
constexpr std::size_t kLongestBatch = 10'000;

constexpr auto kSends = std::to_array<std::string_view>({
    "SendDataToUser",
    "SendDataToAll",
    "SendToOpChat",
    "SendToActive",
    "SendToPassive",
    "SendToActiveClass",
    "SendToPassiveClass",
    "SendPMToAll",
    "mc",
    "usermc",
    "classmc",
    "pm",
});

constexpr bool is_send(Vh function) {
  return std::ranges::find(kSends, std::string_view(vh_row(function).name)) != kSends.end();
}

struct Send {
  Vh function{};
  std::vector<Value> args;
};

// The sends that one outermost batch and those inside of it hold back.
struct Queue {
  std::vector<Send> sends;
};

struct BatchObject {
  PyObject base;
  std::shared_ptr<Queue>* queue;  // set while it is entered
  PyObject* token;                // the argument of ContextVar.reset()
  bool is_outermost;
};

BatchObject& batch_of(PyObject* self) { return *reinterpret_cast<BatchObject*>(self); }

// Returns the queue of the batch that the running thread or task is in, or nullptr.
std::shared_ptr<Queue> current_queue(const VhState& state) {
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

Result<Value> run_all(const std::vector<Send>& sends, const ScriptContext& context) {
  Result<Value> result;
  for (const Send& send : sends) {
    Result<Value> sent = context.host->vh_call(send.function, send.args, context.caller);
    if (!sent && result) {
      result = std::unexpected(std::move(sent.error()));
    }
  }
  return result;
}

bool deliver(Queue& queue, const VhState& state) {
  std::vector<Send> sends = std::exchange(queue.sends, {});
  if (sends.empty()) {
    return true;
  }
  if (!has_context(state)) {
    return false;
  }
  const ScriptContext& context = *state.context;
  Result<Value> result;
  {
    const GilReleased released;
    result = context.port
                 ->run([sends = std::move(sends), &context](Promise<Value> promise) {
                   promise.set(run_all(sends, context));
                 })
                 .get();
  }
  if (!result) {
    raise_in_python(result.error());
  }
  return result.has_value();
}

PyObject* enter(PyObject* self, PyObject* /*unused*/) {
  VhState& state = vh_state_of(self);
  BatchObject& batch = batch_of(self);
  if (batch.queue != nullptr) {
    PyErr_SetString(PyExc_RuntimeError,
                    "this batch has begun already: use a vh.batch() for each "
                    "'with'");
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
std::shared_ptr<Queue> end(VhState& state, BatchObject& batch) {
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
  VhState& state = vh_state_of(self);
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
  VhState& state = vh_state_of(self);
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
      .name = "vh.batch",
      .basicsize = sizeof(BatchObject),
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots.data(),
  };
  return spec;
}

}  // namespace

PyRef make_vh_batch_type(PyObject* module) {
  return PyRef::steal(PyType_FromModuleAndSpec(module, &spec(), nullptr));
}

PyRef make_vh_batch(const VhState& state) {
  auto* object = PyObject_New(BatchObject, reinterpret_cast<PyTypeObject*>(state.batch_type));
  if (object == nullptr) {
    return {};
  }
  object->queue = nullptr;
  object->token = nullptr;
  object->is_outermost = false;
  return PyRef::steal(&object->base);
}

PyObject* run_in_batch(VhState& state, Vh function, const VhArguments& given) {
  const std::shared_ptr<Queue> queue = current_queue(state);
  if (!queue) {
    return run_vh_function(function, given, *state.context);
  }
  if (!is_send(function)) {
    return deliver(*queue, state) ? run_vh_function(function, given, *state.context) : nullptr;
  }
  VhValues values;
  const auto count = read_vh_arguments(function, given, *state.context, values);
  if (!count) {
    return nullptr;
  }
  auto* const end = values.begin() + static_cast<std::ptrdiff_t>(*count);
  queue->sends.push_back(
      {function, {std::make_move_iterator(values.begin()), std::make_move_iterator(end)}});
  if (queue->sends.size() == kLongestBatch && !deliver(*queue, state)) {
    return nullptr;
  }
  Py_RETURN_TRUE;
}

bool flush_batch(VhState& state) {
  if (state.open_batches == 0) {
    return true;
  }
  const std::shared_ptr<Queue> queue = current_queue(state);
  return !queue || deliver(*queue, state);
}

}  // namespace hookline::detail
