#include "interp/function_table.h"

#include <algorithm>
#include <utility>

namespace hookline::detail {

FunctionId FunctionTable::add(std::string_view name, PyRef function) {
  auto entry = std::ranges::find(entries_, name, &Entry::name);
  if (entry == entries_.end()) {
    entry = entries_.insert(entry, Entry{.name = std::string(name), .function = {}});
    ++count_;
  }
  // Others may change how they are called, or return a null without an exception, which somebody
  // has to notice.
  entry->vectorcall =
      PyFunction_Check(function.get()) ? PyVectorcall_Function(function.get()) : nullptr;
  entry->function = std::move(function);
  return FunctionId{first_ + static_cast<std::uint32_t>(entry - entries_.begin())};
}

void FunctionTable::clear() {
  first_ += static_cast<std::uint32_t>(entries_.size());
  count_ = 0;
  // Dropping a function may run code of the script: not while the table is half empty.
  std::exchange(entries_, {}).clear();
}

}  // namespace hookline::detail
