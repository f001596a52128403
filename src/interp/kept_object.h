#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "marshal/error.h"
#include "marshal/py_ref.h"

namespace hookline {

// The objects of one interpreter that something outside of it keeps alive. Nobody there can drop a
// reference, which takes the GIL: what is no longer wanted waits here until somebody has it.
//
// Thread safety: drop() from any thread, the rest REQUIRES the interpreter to be attached.
class KeptObjects {
 public:
  // Makes one for the attached interpreter, which finds it with current() until it is closed.
  [[nodiscard]] static Result<std::shared_ptr<KeptObjects>> create();
  // Of the attached interpreter; nullptr for one that has none.
  [[nodiscard]] static std::shared_ptr<KeptObjects> current();

  KeptObjects() = default;
  KeptObjects(const KeptObjects&) = delete;
  KeptObjects& operator=(const KeptObjects&) = delete;
  ~KeptObjects() = default;

  // An object may be kept several times. False: closed.
  [[nodiscard]] bool keep(const PyRef& object);
  // Gives up one keep(). The object itself goes with the next release_dropped().
  void drop(PyObject* object) noexcept;
  // False once closed: then the objects are gone.
  [[nodiscard]] bool is_open() const noexcept { return open_; }

  // May run code of the script (a __del__). Costs next to nothing when there is nothing to do.
  void release_dropped();
  // Lets go of all objects, and keeps no more. Before the interpreter ends.
  void close();

 private:
  bool open_ = true;  // changes, and is read, with the GIL only
  std::atomic<bool> any_dropped_{false};
  std::mutex mutex_;
  std::unordered_multiset<PyObject*> kept_;
  std::vector<PyObject*> dropped_;
};

// Keeps one Python object alive for an owner on whatever thread. Copies share it.
//
// Thread safety: as for std::shared_ptr; get() as said there. May outlive the interpreter.
class KeptObject {
 public:
  KeptObject() = default;
  // REQUIRES: the interpreter of `object` is attached. Empty if that keeps nothing any more.
  explicit KeptObject(const PyRef& object);

  // The object, or null: there is none, it belongs to another interpreter than the one to which the
  // calling thread is attached (REQUIRES: to one it is), or its interpreter is about to end.
  [[nodiscard]] PyRef get() const;

  friend bool operator==(const KeptObject&, const KeptObject&) = default;

 private:
  struct Held;
  std::shared_ptr<const Held> held_;
};

}  // namespace hookline
