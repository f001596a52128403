#pragma once

#include <utility>

#include "hookline/call.h"
#include "hookline/value.h"
#include "marshal/request.h"

namespace hookline::detail {

// Returns whether the call needs more than a name, arguments and a text mode.
[[nodiscard]] inline bool has_extras(const ScriptCall& call) {
  return call.callee.object() != nullptr || !call.keywords.empty() || call.keeps_result;
}

// Moves what has_extras() is about out of the call.
[[nodiscard]] inline RequestExtras take_extras(ScriptCall& call) {
  return {.target = call.callee.object() != nullptr ? *call.callee.object() : Handle(),
          .keywords = std::move(call.keywords),
          .result = call.keeps_result ? ResultForm::kHandle : ResultForm::kCopy};
}

}  // namespace hookline::detail
