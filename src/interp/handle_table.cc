#include "interp/handle_table.h"

#include <utility>

namespace hookline::detail {

namespace {

constexpr const char* kKey = "hookline.handles";

}  // namespace

// Outlives the table as long as there are handles. A thread without the GIL only moves references
// in it.
class HandleTable::Objects {
 public:
  // Is the object that a handle points to. Its destructor, run with the last copy of the handle,
  // reports that the handle has gone.
  class Token {
   public:
    explicit Token(std::shared_ptr<Objects> objects) : objects_(std::move(objects)) {}
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    ~Token() { objects_->drop(this); }

   private:
    std::shared_ptr<Objects> objects_;
  };

  void add(const void* token, PyRef object) {
    const std::scoped_lock lock(mutex_);
    kept_.emplace(token, std::move(object));
  }

  // Searches by address and does not read what is there: the handle may belong to another
  // interpreter or be of another kind.
  [[nodiscard]] PyRef find(const void* token) {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(token);
    return found != kept_.end() ? found->second : PyRef();
  }

  [[nodiscard]] bool has_dropped() const noexcept {
    return has_dropped_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::vector<PyRef> take_dropped() {
    const std::scoped_lock lock(mutex_);
    has_dropped_.store(false, std::memory_order_relaxed);
    return std::exchange(dropped_, {});
  }
  [[nodiscard]] std::unordered_map<const void*, PyRef> take_kept() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(kept_, {});
  }

 private:
  void drop(const void* token) {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(token);
    if (found != kept_.end()) {
      dropped_.push_back(std::move(found->second));
      kept_.erase(found);
      has_dropped_.store(true, std::memory_order_relaxed);
    }
  }

  std::mutex mutex_;
  std::unordered_map<const void*, PyRef> kept_;
  std::vector<PyRef> dropped_;
  std::atomic<bool> has_dropped_ = false;
};

HandleTable::HandleTable() : objects_(std::make_shared<Objects>()) {}
HandleTable::~HandleTable() = default;
HandleTable::HandleTable(HandleTable&& other) noexcept = default;
HandleTable& HandleTable::operator=(HandleTable&& other) noexcept = default;

bool HandleTable::publish() {
  const PyRef capsule = PyRef::steal(PyCapsule_New(this, kKey, nullptr));
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  return capsule && dict != nullptr && PyDict_SetItemString(dict, kKey, capsule.get()) == 0;
}

HandleTable* HandleTable::current() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  PyObject* capsule = dict != nullptr ? PyDict_GetItemString(dict, kKey) : nullptr;
  return capsule != nullptr ? static_cast<HandleTable*>(PyCapsule_GetPointer(capsule, kKey))
                            : nullptr;
}

Handle HandleTable::keep(PyRef object) {
  auto token = std::make_shared<Objects::Token>(objects_);
  objects_->add(token.get(), std::move(object));
  return Handle(std::move(token));
}

PyRef HandleTable::open(const Handle& handle) { return objects_->find(handle.object().get()); }

void HandleTable::release_dropped() {
  if (objects_->has_dropped()) {
    objects_->take_dropped().clear();
  }
}

void HandleTable::clear() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (current() == this && PyDict_DelItemString(dict, kKey) != 0) {
    PyErr_Clear();
  }
  objects_->take_kept().clear();
  objects_->take_dropped().clear();
}

}  // namespace hookline::detail
