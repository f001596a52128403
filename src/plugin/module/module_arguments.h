#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/script_context.h"

namespace hookline::detail {

// Holds the arguments of a vectorcall: positional ones first, then by name.
struct Arguments {
  PyObject* const* positional = nullptr;
  std::size_t count = 0;
  PyObject* keywords = nullptr;  // a tuple of names, whose values follow the positional ones

  [[nodiscard]] std::size_t keyword_count() const {
    return keywords == nullptr ? 0 : static_cast<std::size_t>(PyTuple_GET_SIZE(keywords));
  }
  // Returns the argument for the parameter at `index`, given by position or by name, or nullptr if
  // there is none. Adds to `keywords_used` if it was found by name. The keyword of an argument that
  // is given twice or is unknown stays uncounted.
  [[nodiscard]] PyObject* find(std::size_t index, std::string_view name,
                               std::size_t& keywords_used) const;
};

struct ReadArguments {
  std::vector<Value> values;
  std::size_t bytes = 0;  // their size, as CopyBudget counts it
};

// Reads the arguments of `function`: one value for each of its parameters, or all that were given
// if it takes anything. Returns nullopt on failure, with a Python exception set that names the
// function and the parameter: mostly a TypeError, and a ValueError if all of them together take
// more than ScriptContext::max_value_bytes. REQUIRES: the GIL.
[[nodiscard]] std::optional<ReadArguments> read_arguments(const HostFunction& function,
                                                          const Arguments& given,
                                                          const ScriptContext& context);

}  // namespace hookline::detail
