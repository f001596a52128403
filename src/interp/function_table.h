#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interp/interpreter.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Holds the functions that were resolved, by FunctionId. An id is never given to a second function,
// so an id from before a reload is recognised as outdated.
//
// Thread safety: none. add(), clear(), and the destructor of a table that is not empty REQUIRE that
// the interpreter is attached.
class FunctionTable {
 public:
  struct Entry {
    std::string name;
    PyRef function;
    // Calls the function without looking at its type; nullptr if it is not a plain Python function.
    vectorcallfunc vectorcall = nullptr;
  };

  // Returns the id of the function called `name`. A name that was added before keeps its id, which
  // then stands for the object that the name is bound to now.
  FunctionId add(std::string_view name, PyRef function) {
    auto entry = std::ranges::find(entries_, name, &Entry::name);
    if (entry == entries_.end()) {
      entry = entries_.insert(entry, Entry{.name = std::string(name), .function = {}});
      ++count_;
    }
    // Other types may change their vectorcall, or return null without an exception, which only
    // PyObject_Vectorcall() checks.
    entry->vectorcall =
        PyFunction_Check(function.get()) ? PyVectorcall_Function(function.get()) : nullptr;
    entry->function = std::move(function);
    return FunctionId{first_ + static_cast<std::uint32_t>(entry - entries_.begin())};
  }

  // Returns nullptr for an id from before the last clear(). Valid until the next add() or clear().
  [[nodiscard]] const Entry* find(FunctionId id) const noexcept {
    // This wraps around for an older id, and is then out of range.
    const std::uint32_t index = static_cast<std::uint32_t>(id) - first_;
    return index < count_ ? &entries_[index] : nullptr;
  }

  void clear() {
    first_ += static_cast<std::uint32_t>(entries_.size());
    count_ = 0;
    // Dropping a function may run code of the script, which must not see a half empty table.
    std::exchange(entries_, {}).clear();
  }

 private:
  std::vector<Entry> entries_;
  std::uint32_t count_ = 0;  // the number of entries: the vector would have to divide for it
  std::uint32_t first_ = 0;
};

}  // namespace hookline::detail
