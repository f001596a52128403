#include "interp/script_locks.h"

#include <pythread.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>

#include "marshal/py_ref.h"

namespace hookline::detail {

namespace {

using Seconds = std::chrono::duration<double>;
using WaitClock = std::chrono::steady_clock;

constexpr Seconds kRound{0.5};
constexpr const char* kBetween = "_between_rounds";

// Is a Lock or an RLock. Only waiting for `lock` is done without the GIL.
struct LockObject {
  PyObject base;
  PyThread_type_lock lock;
  unsigned long owner;  // the thread that holds an RLock
  Py_ssize_t count;     // how many times it is held; 1 at most for a Lock
  PyObject* weak_references;
};

LockObject* as_lock(PyObject* self) noexcept { return reinterpret_cast<LockObject*>(self); }

bool is_mine(const LockObject* self) noexcept {
  return self->count > 0 && self->owner == PyThread_get_thread_ident();
}

// Waits without the GIL. Returns true if the lock was acquired.
bool wait_for(PyThread_type_lock lock, Seconds time) {
  const auto micros = static_cast<PY_TIMEOUT_T>(std::ceil(time.count() * 1e6));
  PyLockStatus status = PY_LOCK_FAILURE;
  Py_BEGIN_ALLOW_THREADS;
  status = PyThread_acquire_lock_timed(lock, micros, 0);
  Py_END_ALLOW_THREADS;
  return status == PY_LOCK_ACQUIRED;
}

// Lets an exception through that was set for this thread. Returns false if there was one.
bool let_interrupts_in(PyObject* self) {
  const PyRef between =
      PyRef::steal(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(self)), kBetween));
  return between && PyRef::steal(PyObject_CallNoArgs(between.get()));
}

// Acquires the lock within the time, or however long it takes. Returns nullopt with an exception
// set if the wait was interrupted, and false if the time has passed.
std::optional<bool> acquire_within(PyObject* self, std::optional<Seconds> time) {
  PyThread_type_lock lock = as_lock(self)->lock;
  if (PyThread_acquire_lock(lock, NOWAIT_LOCK) != 0) {
    return true;
  }
  const auto start = WaitClock::now();
  while (true) {
    const Seconds left = time ? Seconds(*time - (WaitClock::now() - start)) : kRound;
    if (left <= Seconds::zero()) {
      return false;
    }
    if (wait_for(lock, std::min(left, kRound))) {
      return true;
    }
    if (!let_interrupts_in(self)) {
      return std::nullopt;
    }
  }
}

struct AcquireOptions {
  std::optional<Seconds> time;  // nullopt: there is no limit
};

// Reads (blocking=True, timeout=-1) from the arguments of a vectorcall. Returns false with an
// exception set if they are others.
bool parse(PyObject* const* args, Py_ssize_t count, PyObject* names, int& blocking,
           double& timeout) {
  const PyRef positional = PyRef::steal(PyTuple_New(count));
  const PyRef keywords = PyRef::steal(PyDict_New());
  if (!positional || !keywords) {
    return false;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyTuple_SET_ITEM(positional.get(), i, Py_NewRef(args[i]));
  }
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
    if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(names, i), args[count + i]) != 0) {
      return false;
    }
  }
  static std::array<const char*, 3> known = {"blocking", "timeout", nullptr};
  return PyArg_ParseTupleAndKeywords(positional.get(), keywords.get(), "|pd:acquire",
                                     const_cast<char**>(known.data()), &blocking, &timeout) != 0;
}

// Returns nullopt with an exception set if the arguments of acquire() are wrong.
std::optional<AcquireOptions> read_options(PyObject* const* args, Py_ssize_t count,
                                           PyObject* names) {
  int blocking = 1;
  double timeout = -1;
  if (!parse(args, count, names, blocking, timeout)) {
    return std::nullopt;
  }
  const std::chrono::duration<double> most = std::chrono::microseconds(PY_TIMEOUT_MAX);
  if (std::isnan(timeout)) {
    PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
  } else if (blocking == 0 && timeout != -1) {
    PyErr_SetString(PyExc_ValueError, "can't specify a timeout for a non-blocking call");
  } else if (timeout < 0 && timeout != -1) {
    PyErr_SetString(PyExc_ValueError, "timeout value must be a non-negative number");
  } else if (timeout > most.count()) {
    PyErr_SetString(PyExc_OverflowError, "timeout value is too large");
  } else if (blocking == 0) {
    return AcquireOptions{.time = Seconds::zero()};
  } else {
    return timeout < 0 ? AcquireOptions{} : AcquireOptions{.time = Seconds(timeout)};
  }
  return std::nullopt;
}

// Does what Lock.acquire() or, if the type is reentrant, RLock.acquire() does.
template <bool Reentrant>
PyObject* acquire_with(PyObject* object, const AcquireOptions& options) {
  LockObject* const self = as_lock(object);
  if (Reentrant && is_mine(self)) {
    ++self->count;
    Py_RETURN_TRUE;
  }
  const std::optional<bool> acquired = acquire_within(object, options.time);
  if (!acquired) {
    return nullptr;
  }
  if (*acquired) {
    self->owner = Reentrant ? PyThread_get_thread_ident() : 0;
    self->count = 1;
  }
  return PyBool_FromLong(*acquired ? 1 : 0);
}

template <bool Reentrant>
PyObject* acquire(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  if (count == 0 && names == nullptr) [[likely]] {
    return acquire_with<Reentrant>(self, {});
  }
  const auto options = read_options(args, count, names);
  return options ? acquire_with<Reentrant>(self, *options) : nullptr;
}

template <bool Reentrant>
PyObject* enter(PyObject* self, PyObject* /*unused*/) {
  return acquire_with<Reentrant>(self, {});
}

template <bool Reentrant>
PyObject* release(PyObject* object, PyObject* /*unused*/) {
  LockObject* const self = as_lock(object);
  if (Reentrant ? !is_mine(self) : self->count == 0) {
    PyErr_SetString(PyExc_RuntimeError,
                    Reentrant ? "cannot release un-acquired lock" : "release unlocked lock");
    return nullptr;
  }
  if (--self->count == 0) {
    self->owner = 0;
    PyThread_release_lock(self->lock);
  }
  Py_RETURN_NONE;
}

template <bool Reentrant>
PyObject* exit(PyObject* self, PyObject* const* /*error*/, Py_ssize_t /*count*/) {
  return release<Reentrant>(self, nullptr);
}

PyObject* locked(PyObject* self, PyObject* /*unused*/) {
  return PyBool_FromLong(as_lock(self)->count > 0 ? 1 : 0);
}

// Makes the lock as good as new in a forked child, where its owner may not exist.
PyObject* at_fork_reinit(PyObject* object, PyObject* /*unused*/) {
  LockObject* const self = as_lock(object);
  PyThread_type_lock fresh = PyThread_allocate_lock();
  if (fresh == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "failed to reinitialize lock at fork");
    return nullptr;
  }
  self->lock = fresh;  // the old one may be in use by a thread that is no more, so it stays
  self->owner = 0;
  self->count = 0;
  Py_RETURN_NONE;
}

// threading.Condition uses these of an RLock.
PyObject* is_owned(PyObject* self, PyObject* /*unused*/) {
  return PyBool_FromLong(is_mine(as_lock(self)) ? 1 : 0);
}

PyObject* recursion_count(PyObject* self, PyObject* /*unused*/) {
  return PyLong_FromSsize_t(is_mine(as_lock(self)) ? as_lock(self)->count : 0);
}

PyObject* release_save(PyObject* object, PyObject* /*unused*/) {
  LockObject* const self = as_lock(object);
  if (self->count == 0) {
    PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock");
    return nullptr;
  }
  PyObject* const state = Py_BuildValue("(nk)", self->count, self->owner);
  if (state != nullptr) {
    self->owner = 0;
    self->count = 0;
    PyThread_release_lock(self->lock);
  }
  return state;
}

// threading.Condition acquires its lock by this when a wait has ended. That is not interrupted: the
// `with` around the wait releases the lock then, which another thread may hold.
template <bool Reentrant>
PyObject* acquire_restore(PyObject* object, PyObject* state) {
  LockObject* const self = as_lock(object);
  Py_ssize_t count = 1;
  unsigned long owner = 0;
  if (Reentrant && PyArg_ParseTuple(state, "nk:_acquire_restore", &count, &owner) == 0) {
    return nullptr;
  }
  if (PyThread_acquire_lock(self->lock, NOWAIT_LOCK) == 0) {
    Py_BEGIN_ALLOW_THREADS;
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    Py_END_ALLOW_THREADS;
  }
  self->owner = owner;
  self->count = count;
  Py_RETURN_NONE;
}

// CPython's RLock takes any arguments, for the sake of types that inherit from it.
template <bool Reentrant>
PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  const bool has_any =
      PyTuple_GET_SIZE(args) > 0 || (keywords != nullptr && PyDict_GET_SIZE(keywords) > 0);
  if (!Reentrant && has_any) {
    PyErr_Format(PyExc_TypeError, "%s() takes no arguments", type->tp_name);
    return nullptr;
  }
  PyRef made = PyRef::steal(type->tp_alloc(type, 0));
  if (made) {
    as_lock(made.get())->lock = PyThread_allocate_lock();
    if (as_lock(made.get())->lock == nullptr) {
      PyErr_SetString(PyExc_RuntimeError, "can't allocate lock");
      return nullptr;
    }
  }
  return made.release();
}

// Shows the type to the garbage collector. Without this, a lock that is left in a module would keep
// its type, and what that refers to, when the interpreter ends.
int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  return 0;
}

void destroy(PyObject* object) {
  LockObject* const self = as_lock(object);
  PyTypeObject* const type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  if (self->weak_references != nullptr) {
    PyObject_ClearWeakRefs(object);
  }
  if (self->lock != nullptr) {
    if (self->count > 0) {
      PyThread_release_lock(self->lock);
    }
    PyThread_free_lock(self->lock);
  }
  type->tp_free(object);
  Py_DECREF(type);
}

template <bool Reentrant>
PyObject* represent(PyObject* self) {
  const LockObject* const lock = as_lock(self);
  const char* const state = lock->count > 0 ? "locked" : "unlocked";
  return Reentrant
             ? PyUnicode_FromFormat("<%s %s object owner=%lu count=%zd at %p>", state,
                                    Py_TYPE(self)->tp_name, lock->owner, lock->count, self)
             : PyUnicode_FromFormat("<%s %s object at %p>", state, Py_TYPE(self)->tp_name, self);
}

constexpr const char* kAcquireDoc =
    "acquire($self, /, blocking=True, timeout=-1)\n--\n\nAcquires the lock, and returns whether "
    "that was done within the time.";
constexpr const char* kReleaseDoc = "release($self, /)\n--\n\nReleases the lock.";
constexpr const char* kLockedDoc = "locked($self, /)\n--\n\nReturns whether the lock is held.";

template <bool Reentrant>
PyMethodDef acquire_method(const char* name) {
  return {name, as_function(&acquire<Reentrant>), METH_FASTCALL | METH_KEYWORDS, kAcquireDoc};
}

PyMemberDef members[] = {{"__weaklistoffset__", Py_T_PYSSIZET,
                          offsetof(LockObject, weak_references), Py_READONLY, nullptr},
                         {nullptr, 0, 0, 0, nullptr}};

template <bool Reentrant>
PyRef make_type(const char* name, const char* doc, PyMethodDef* methods, PyObject* between) {
  std::array<PyType_Slot, 8> slots{{{Py_tp_new, reinterpret_cast<void*>(&make<Reentrant>)},
                                    {Py_tp_dealloc, reinterpret_cast<void*>(&destroy)},
                                    {Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
                                    {Py_tp_repr, reinterpret_cast<void*>(&represent<Reentrant>)},
                                    {Py_tp_methods, methods},
                                    {Py_tp_members, members},
                                    {Py_tp_doc, const_cast<char*>(doc)},
                                    {0, nullptr}}};
  const unsigned flags =
      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | (Reentrant ? Py_TPFLAGS_BASETYPE : 0);
  PyType_Spec spec{name, sizeof(LockObject), 0, flags, slots.data()};
  PyRef type = PyRef::steal(PyType_FromSpec(&spec));
  if (type && PyObject_SetAttrString(type.get(), kBetween, between) != 0) {
    return {};
  }
  return type;
}

}  // namespace

PyRef make_lock_types(PyObject* between) {
  static PyMethodDef lock_methods[] = {
      acquire_method<false>("acquire"),
      acquire_method<false>("acquire_lock"),
      {"release", &release<false>, METH_NOARGS, kReleaseDoc},
      {"release_lock", &release<false>, METH_NOARGS, kReleaseDoc},
      {"locked", &locked, METH_NOARGS, kLockedDoc},
      {"locked_lock", &locked, METH_NOARGS, kLockedDoc},
      {"__enter__", &enter<false>, METH_NOARGS, "Acquires the lock."},
      {"__exit__", as_function(&exit<false>), METH_FASTCALL, kReleaseDoc},
      {"_acquire_restore", &acquire_restore<false>, METH_O, nullptr},
      {"_at_fork_reinit", &at_fork_reinit, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr}};
  static PyMethodDef rlock_methods[] = {
      acquire_method<true>("acquire"),
      {"release", &release<true>, METH_NOARGS, kReleaseDoc},
#if PY_VERSION_HEX >= 0x030E0000
      {"locked", &locked, METH_NOARGS, kLockedDoc},
#endif
      {"__enter__", &enter<true>, METH_NOARGS, "Acquires the lock."},
      {"__exit__", as_function(&exit<true>), METH_FASTCALL, kReleaseDoc},
      {"_is_owned", &is_owned, METH_NOARGS, nullptr},
      {"_recursion_count", &recursion_count, METH_NOARGS, nullptr},
      {"_release_save", &release_save, METH_NOARGS, nullptr},
      {"_acquire_restore", &acquire_restore<true>, METH_O, nullptr},
      {"_at_fork_reinit", &at_fork_reinit, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr}};
  const PyRef lock = make_type<false>("_thread.lock", "A lock that one thread holds at a time.",
                                      lock_methods, between);
  const PyRef rlock =
      lock ? make_type<true>("_thread.RLock", "A lock that its thread may acquire several times.",
                             rlock_methods, between)
           : PyRef();
  return rlock ? PyRef::steal(PyTuple_Pack(2, lock.get(), rlock.get())) : PyRef();
}

}  // namespace hookline::detail
