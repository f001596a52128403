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

// The objects of one interpreter that handles stand for. Only the table has references to them, so
// that a handle may be copied and dropped anywhere; the object goes at the next release_dropped().
//
// REQUIRES for everything, destruction excepted: the interpreter is attached. Destruction: after
// clear().
class HandleTable final : public HandleOpener {
 public:
  HandleTable();
  ~HandleTable() override;
  HandleTable(HandleTable&& other) noexcept;
  HandleTable& operator=(HandleTable&& other) noexcept;
  HandleTable(const HandleTable&) = delete;
  HandleTable& operator=(const HandleTable&) = delete;

  // Makes current() find it, until clear(). It must stay where it is. False with an exception set.
  [[nodiscard]] bool publish();
  // Of the interpreter that the calling thread is attached to; nullptr if that has none.
  [[nodiscard]] static HandleTable* current();

  // A handle to `object`, which lives as long as that does.
  [[nodiscard]] Handle keep(PyRef object);
  [[nodiscard]] PyRef open(const Handle& handle) override;

  // Lets go of the objects whose handles have gone. Costs a load if there are none.
  void release_dropped();
  // Lets go of all of them; what handles are left can be opened no more. Not current() any more.
  void clear();

 private:
  class Objects;
  std::shared_ptr<Objects> objects_;
};

}  // namespace hookline::detail
