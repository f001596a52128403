#pragma once

#include <cstddef>

#include "dispatch/call/request.h"
#include "hookline/value.h"
#include "interp/interpreter.h"

namespace hookline::detail {

// Returns the same call in the form for an interpreter. It refers to `request` and `args`, which
// must outlive it.
[[nodiscard]] inline Invocation as_invocation(const Request& request, const List& args) {
  Invocation invocation{.name = request.name, .args = args, .keywords = {}, .text = request.text};
  if (const RequestExtras* extras = request.extras; extras != nullptr) {
    invocation.target = extras->target.object() ? &extras->target : nullptr;
    invocation.keywords = extras->keywords;
    invocation.keeps_result = extras->result == ResultForm::kHandle;
  }
  return invocation;
}

}  // namespace hookline::detail
