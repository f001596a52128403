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
  // Holds a Python object, and how to call it.
  struct Target {
    PyRef function;
    // Calls the function without looking at its type; nullptr if it is not a plain Python function.
    // Other types may change their vectorcall, or return null without an exception, which only
    // PyObject_Vectorcall() checks.
    vectorcallfunc vectorcall = nullptr;

    [[nodiscard]] static Target of(PyRef function) {
      const bool is_plain = PyFunction_Check(function.get()) != 0;
      const vectorcallfunc quick = is_plain ? PyVectorcall_Function(function.get()) : nullptr;
      return {.function = std::move(function), .vectorcall = quick};
    }
  };
  struct Entry {
    std::string name;
    PyRef key;        // the name as an interned str; null if it is dotted
    Target resolved;  // what the name was bound to when it was resolved
    Target bound;     // what it was bound to when it was last called by its name
  };

  // Returns the id of the function called `name`. A name that was added before keeps its id, which
  // then stands for the object that the name is bound to now.
  FunctionId add(std::string_view name, PyRef function) {
    auto entry = std::ranges::find(entries_, name, &Entry::name);
    if (entry == entries_.end()) {
      entry = entries_.insert(
          entry, {.name = std::string(name), .key = key_of(name), .resolved = {}, .bound = {}});
      ++count_;
    }
    entry->bound = Target::of(function);
    entry->resolved = Target::of(std::move(function));
    return FunctionId{first_ + static_cast<std::uint32_t>(entry - entries_.begin())};
  }

  // Returns nullptr for an id from before the last clear(). Valid until the next add() or clear().
  [[nodiscard]] Entry* find(FunctionId id) noexcept {
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
  [[nodiscard]] static PyRef key_of(std::string_view name) {
    if (name.contains('.')) {
      return {};
    }
    PyObject* key = PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size()));
    if (key == nullptr) {  // a name that is no UTF-8 is looked up in the general way
      PyErr_Clear();
    } else {
      PyUnicode_InternInPlace(&key);
    }
    return PyRef::steal(key);
  }

  std::vector<Entry> entries_;
  std::uint32_t count_ = 0;  // the number of entries: the vector would have to divide for it
  std::uint32_t first_ = 0;
};

}  // namespace hookline::detail
