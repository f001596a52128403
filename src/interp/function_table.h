#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "interp/interpreter.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// The functions that were resolved, by FunctionId. An id is never given out for a second function,
// so that one from before a reload is recognised for what it is.
//
// REQUIRES for everything that adds or drops a function: the interpreter is attached.
class FunctionTable {
 public:
  // The id of the function called `name`. Resolving a name again gives the id that it has, which
  // then stands for the object that the name is bound to now.
  FunctionId add(std::string_view name, PyRef function);

  // nullptr for an id from before the last clear(). Borrowed.
  [[nodiscard]] PyObject* find(FunctionId id) const noexcept {
    const Entry* const entry = find_entry(id);
    return entry != nullptr ? entry->function.get() : nullptr;
  }

  struct Entry {
    std::string name;
    PyRef function;
    // How to call it without a look at what it is; nullptr if it is not a plain Python function.
    vectorcallfunc vectorcall = nullptr;
  };
  // The same, with all there is to know.
  [[nodiscard]] const Entry* find_entry(FunctionId id) const noexcept {
    // Wraps round for an older id, and is out of range then.
    const std::uint32_t index = static_cast<std::uint32_t>(id) - first_;
    return index < count_ ? &entries_[index] : nullptr;
  }

  void clear();

 private:
  std::vector<Entry> entries_;
  std::uint32_t count_ = 0;  // of the entries: to ask the vector is to divide
  std::uint32_t first_ = 0;
};

}  // namespace hookline::detail
