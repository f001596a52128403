#include "plugin/module/module_awaitable.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "hookline/loop.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/result_channel.h"
#include "plugin/module/module_call.h"

namespace hookline::detail {

namespace {

constexpr const char* kChannelName = "hookline.result_channel";

// The part that uses asyncio is written in Python, because that is far shorter than C.
constexpr const char* kSource = R"python(
import asyncio
import itertools
import weakref


class Waiting:
    """Holds the futures of one event loop whose results are still to come, by ticket."""

    def __init__(self, loop):
        self.futures = {}
        self.tickets = itertools.count()
        self.channel = open_channel()
        loop.add_reader(channel_fd(self.channel), self.deliver)

    def add(self, loop):
        ticket = next(self.tickets)
        future = self.futures[ticket] = loop.create_future()
        future.add_done_callback(lambda future: self.futures.pop(ticket, None))
        return future, ticket, self.channel

    def deliver(self):
        for ticket, result, exception in take_arrivals(self.channel):
            future = self.futures.get(ticket)
            if future is None or future.done():  # cancelled
                continue
            if exception is None:
                future.set_result(result)
            else:
                future.set_exception(exception)


waiting = weakref.WeakKeyDictionary()


def new_future():
    loop = asyncio.get_running_loop()
    if loop not in waiting:
        waiting[loop] = Waiting(loop)
    return waiting[loop].add(loop)


async def give(result):
    return result
)python";

using Channel = std::shared_ptr<ResultChannel>;

Channel* channel_of(PyObject* capsule) {
  return static_cast<Channel*>(PyCapsule_GetPointer(capsule, kChannelName));
}

// Counts what one call takes while it is under way.
class Held {
 public:
  // Returns nullptr if that is too much, together with what the script's other calls take.
  [[nodiscard]] static std::shared_ptr<const Held> take(const ScriptContext& context,
                                                        std::size_t arguments) {
    constexpr std::size_t kCall = 256;  // about what a call takes besides its arguments
    auto held = std::make_shared<const Held>(context.awaited_bytes, arguments + kCall);
    const std::size_t others = held->before_;
    const std::size_t limit = context.max_value_bytes;
    return others == 0 || held->bytes_ <= limit - std::min(others, limit) ? held : nullptr;
  }
  Held(std::shared_ptr<std::atomic<std::size_t>> all, std::size_t bytes)
      : all_(std::move(all)), bytes_(bytes), before_(all_->fetch_add(bytes)) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { all_->fetch_sub(bytes_); }

 private:
  const std::shared_ptr<std::atomic<std::size_t>> all_;
  const std::size_t bytes_;
  const std::size_t before_;
};

PyObject* open_channel(PyObject* /*module*/, PyObject* /*unused*/) {
  auto channel = std::make_unique<Channel>(ResultChannel::open());
  if (*channel == nullptr) {
    return PyErr_SetFromErrno(PyExc_OSError);
  }
  PyObject* capsule = PyCapsule_New(channel.get(), kChannelName,
                                    [](PyObject* object) { delete channel_of(object); });
  if (capsule != nullptr) {
    [[maybe_unused]] Channel* const of_capsule = channel.release();
  }
  return capsule;
}

PyObject* channel_fd(PyObject* /*module*/, PyObject* capsule) {
  const Channel* channel = channel_of(capsule);
  return channel == nullptr ? nullptr : PyLong_FromLong((*channel)->fd());
}

// Returns (ticket, result, None) or (ticket, None, exception).
PyRef as_tuple(const ModuleState& state, ResultChannel::Arrival arrival) {
  PyRef result = host_result(state, *arrival.function, std::move(arrival.result));
  PyRef exception = PyRef::borrow(Py_None);
  if (!result) {
    exception = PyRef::steal(PyErr_GetRaisedException());
    result = PyRef::borrow(Py_None);
  }
  return PyRef::steal(Py_BuildValue("(KOO)", static_cast<unsigned long long>(arrival.ticket),
                                    result.get(), exception.get()));
}

PyObject* take_arrivals(PyObject* module, PyObject* capsule) {
  const ModuleState& state = *static_cast<ModuleState*>(PyModule_GetState(module));
  const Channel* channel = channel_of(capsule);
  PyRef list = channel == nullptr ? PyRef() : PyRef::steal(PyList_New(0));
  if (!list) {
    return nullptr;
  }
  for (ResultChannel::Arrival& arrival : (*channel)->take()) {
    const PyRef tuple = as_tuple(state, std::move(arrival));
    if (!tuple || PyList_Append(list.get(), tuple.get()) < 0) {
      return nullptr;
    }
  }
  return list.release();
}

PyMethodDef* methods() {
  static auto table = std::to_array<PyMethodDef>({
      {"open_channel", &open_channel, METH_NOARGS, nullptr},
      {"channel_fd", &channel_fd, METH_O, nullptr},
      {"take_arrivals", &take_arrivals, METH_O, nullptr},
      {nullptr, nullptr, 0, nullptr},
  });
  return table.data();
}

// Runs the source above and returns its globals. It runs on the first use, because it imports
// asyncio.
PyRef load(PyObject* module) {
  PyRef globals = PyRef::steal(Py_BuildValue("{s:s}", "__name__", "<hookline awaitable>"));
  const PyRef code = PyRef::steal(Py_CompileString(kSource, "<hookline awaitable>", Py_file_input));
  if (!globals || !code) {
    return {};
  }
  for (PyMethodDef* method = methods(); method->ml_name != nullptr; ++method) {
    const PyRef function = PyRef::steal(PyCFunction_New(method, module));
    if (!function || PyDict_SetItemString(globals.get(), method->ml_name, function.get()) < 0) {
      return {};
    }
  }
  return PyRef::steal(PyEval_EvalCode(code.get(), globals.get(), globals.get())) ? globals
                                                                                 : PyRef();
}

// Returns a function of the source above, or nullptr with an exception set.
PyObject* find_helper(ModuleState& state, const char* name) {
  if (state.awaitables == nullptr) {
    PyObject* module = PyType_GetModule(reinterpret_cast<PyTypeObject*>(state.function_type));
    state.awaitables = load(module).release();
  }
  return state.awaitables == nullptr ? nullptr : PyDict_GetItemString(state.awaitables, name);
}

}  // namespace

PyRef ready_awaitable(ModuleState& state, PyObject* result) {
  PyObject* give = find_helper(state, "give");
  return give == nullptr ? PyRef() : PyRef::steal(PyObject_CallOneArg(give, result));
}

// A script can start any number of calls before it awaits the first one, and each of them holds its
// arguments until the host has run it.
PyRef start_awaitable(ModuleState& state, HostCall call) {
  const ScriptContext& context = *state.context;
  const auto held = Held::take(context, call.bytes);
  if (!held) {
    PyErr_Format(PyExc_ValueError,
                 "%s.awaitable(): calls that wait for the host take more than the value_limit of "
                 "%zu bytes: await some of them first",
                 call.function->full_name().c_str(), context.max_value_bytes);
    return {};
  }
  const auto function = call.function;
  return start_awaitable(state, function, [&] {
    return start_host_call(std::move(call), context)
        .then(InlineExecutor::instance(), [held](Result<Value> result) { return result; });
  });
}

PyRef start_awaitable(ModuleState& state, std::shared_ptr<const HostFunction> function,
                      const std::function<Future<Value>()>& start) {
  PyObject* new_future = find_helper(state, "new_future");
  const PyRef made =
      new_future == nullptr ? PyRef() : PyRef::steal(PyObject_CallNoArgs(new_future));
  PyObject* future = nullptr;
  unsigned long long ticket = 0;
  PyObject* capsule = nullptr;
  if (!made || PyArg_ParseTuple(made.get(), "OKO", &future, &ticket, &capsule) == 0) {
    return {};
  }
  const Channel channel = *channel_of(capsule);
  {
    const GilReleased released;
    start().deliver_to(
        InlineExecutor::instance(),
        [channel, ticket, function = std::move(function)](Result<Value> result) {
          channel->put({.ticket = ticket, .function = function, .result = std::move(result)});
        });
  }
  return PyRef::borrow(future);
}

}  // namespace hookline::detail
