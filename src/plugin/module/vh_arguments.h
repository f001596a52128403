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

// The arguments of a vectorcall: positional ones first, then by name.
struct VhArguments {
  PyObject* const* positional = nullptr;
  std::size_t count = 0;
  PyObject* keywords = nullptr;  // a tuple of names, whose values follow the positional ones

  [[nodiscard]] std::size_t keyword_count() const {
    return keywords == nullptr ? 0 : static_cast<std::size_t>(PyTuple_GET_SIZE(keywords));
  }
  // What was given for the parameter at `index`, by place or by name; nullptr for nothing. Counts
  // in `keywords_used` what was found by name: an argument that is given twice leaves its keyword
  // uncounted, as does one that nobody asks for.
  [[nodiscard]] PyObject* find(std::size_t index, std::string_view name,
                               std::size_t& keywords_used) const;
};

// Whether not more was given than the `parameters` of `function` that have been asked for; if so, a
// Python TypeError is set.
[[nodiscard]] bool check_all_used(const char* function, std::size_t parameters,
                                  const VhArguments& given, std::size_t keywords_used);

// What `function` gets: one value for each of its parameters, or all that was given if it takes
// anything. Nothing on failure: then a Python TypeError is set that names the function and the
// parameter. REQUIRES: the GIL.
[[nodiscard]] std::optional<std::vector<Value>> read_arguments(const HostFunction& function,
                                                               const VhArguments& given,
                                                               const ScriptContext& context);

}  // namespace hookline::detail
