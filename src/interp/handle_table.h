#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

// Holds the objects of one interpreter that handles refer to. Only the table has references to
// them, so a handle may be copied and dropped on any thread. An object whose last handle has been
// dropped is released by the next release_dropped().
//
// All methods REQUIRE that the interpreter is attached. The destructor REQUIRES that clear() was
// called.
class HandleTable final : public HandleOpener {
 public:
  HandleTable();
  ~HandleTable() override;
  HandleTable(HandleTable&& other) noexcept;
  HandleTable& operator=(HandleTable&& other) noexcept;
  HandleTable(const HandleTable&) = delete;
  HandleTable& operator=(const HandleTable&) = delete;

  // Makes current() return this table, until clear(). The table must not move meanwhile. Returns
  // false with an exception set if it fails.
  [[nodiscard]] bool publish();
  // Returns the table of the interpreter that the calling thread is attached to, or nullptr.
  [[nodiscard]] static HandleTable* current();

  // Returns a handle that keeps `object` alive.
  [[nodiscard]] Handle keep(PyRef object);
  [[nodiscard]] PyRef open(const Handle& handle) override;

  // Releases the objects whose handles have been dropped. Costs one load if there are none.
  void release_dropped();
  // Releases all objects; the remaining handles can no longer be opened. Undoes publish().
  void clear();

 private:
  class Objects;
  std::shared_ptr<Objects> objects_;
};

}  // namespace hookline::detail
