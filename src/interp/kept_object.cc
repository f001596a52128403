#include "interp/kept_object.h"

#include <utility>

#include "interp/py_error.h"

namespace hookline {

namespace {

constexpr const char* kKey = "hookline.kept_objects";

using Shared = std::shared_ptr<KeptObjects>;

void destroy_shared(PyObject* capsule) {
  delete static_cast<Shared*>(PyCapsule_GetPointer(capsule, kKey));
}

}  // namespace

Result<Shared> KeptObjects::create() {
  auto shared = std::make_unique<Shared>(std::make_shared<KeptObjects>());
  Shared objects = *shared;
  const PyRef capsule = PyRef::steal(PyCapsule_New(shared.get(), kKey, &destroy_shared));
  if (!capsule) {
    return std::unexpected(take_python_error());
  }
  (void)shared.release();
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (dict == nullptr || PyDict_SetItemString(dict, kKey, capsule.get()) != 0) {
    return std::unexpected(take_python_error());
  }
  return objects;
}

Shared KeptObjects::current() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  PyObject* capsule = dict != nullptr ? PyDict_GetItemString(dict, kKey) : nullptr;
  return capsule != nullptr ? *static_cast<Shared*>(PyCapsule_GetPointer(capsule, kKey)) : nullptr;
}

bool KeptObjects::keep(const PyRef& object) {
  if (!open_) {
    return false;
  }
  release_dropped();
  const std::scoped_lock lock(mutex_);
  kept_.insert(PyRef(object).release());
  return true;
}

void KeptObjects::drop(PyObject* object) noexcept {
  const std::scoped_lock lock(mutex_);
  // After close() it is not there any more.
  if (const auto place = kept_.find(object); place != kept_.end()) {
    kept_.erase(place);
    dropped_.push_back(object);
    any_dropped_.store(true, std::memory_order_relaxed);
  }
}

void KeptObjects::release_dropped() {
  if (!any_dropped_.load(std::memory_order_relaxed)) {
    return;
  }
  std::vector<PyObject*> dropped;
  {
    const std::scoped_lock lock(mutex_);
    dropped.swap(dropped_);
    any_dropped_.store(false, std::memory_order_relaxed);
  }
  for (PyObject* object : dropped) {
    (void)PyRef::steal(object);
  }
}

void KeptObjects::close() {
  open_ = false;
  {
    const std::scoped_lock lock(mutex_);
    dropped_.insert(dropped_.end(), kept_.begin(), kept_.end());
    kept_.clear();
    any_dropped_.store(true, std::memory_order_relaxed);
  }
  release_dropped();
}

struct KeptObject::Held {
  Held(std::shared_ptr<KeptObjects> used_keeper, PyObject* kept)
      : keeper(std::move(used_keeper)), object(kept) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { keeper->drop(object); }

  std::shared_ptr<KeptObjects> keeper;
  PyObject* object;  // kept until then
};

KeptObject::KeptObject(const PyRef& object) {
  auto keeper = KeptObjects::current();
  if (object && keeper && keeper->keep(object)) {
    held_ = std::make_shared<const Held>(std::move(keeper), object.get());
  }
}

PyRef KeptObject::get() const {
  if (!held_ || held_->keeper != KeptObjects::current() || !held_->keeper->is_open()) {
    return {};
  }
  return PyRef::borrow(held_->object);
}

}  // namespace hookline
