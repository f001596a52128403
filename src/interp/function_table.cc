#include "interp/function_table.h"

#include <algorithm>
#include <utility>

namespace hookline {

FunctionId FunctionTable::add(std::string_view name, PyRef function) {
  auto entry = std::ranges::find(entries_, name, &Entry::name);
  if (entry != entries_.end()) {
    entry->function = std::move(function);
  } else {
    entry =
        entries_.insert(entry, Entry{.name = std::string(name), .function = std::move(function)});
  }
  return FunctionId{first_ + static_cast<std::uint32_t>(entry - entries_.begin())};
}

PyObject* FunctionTable::find(FunctionId id) const noexcept {
  // Wraps round for an older id, and is out of range then.
  const std::uint32_t index = static_cast<std::uint32_t>(id) - first_;
  return index < entries_.size() ? entries_[index].function.get() : nullptr;
}

void FunctionTable::clear() {
  first_ += static_cast<std::uint32_t>(entries_.size());
  // Dropping a function may run code of the script: not while the table is half empty.
  std::exchange(entries_, {}).clear();
}

}  // namespace hookline
