#pragma once

#include <memory>

#include "hookline/script_host.h"
#include "plugin/functions/exception_table.h"
#include "plugin/functions/function_registry.h"
#include "plugin/types/log.h"

namespace hookline::detail {

// What the library's own parts, and its tests, reach of a ScriptHost behind its public methods.
struct HostAccess {
  [[nodiscard]] static FunctionRegistry& functions(ScriptHost& scripts) noexcept;
  [[nodiscard]] static ExceptionTable& exceptions(const ScriptHost& scripts) noexcept;
  [[nodiscard]] static const Log& log(const ScriptHost& scripts) noexcept;
  // Gives late verdicts whose deadline has passed. The attached loop has a timer that does it; with
  // a manual clock, a test does.
  static void expire_verdicts(ScriptHost& scripts);
  // Starts Python so that it takes its memory from malloc, and memcheck sees each object. Every
  // ScriptHost uses that Python as long as what is returned lives.
  [[nodiscard]] static std::shared_ptr<const void> start_on_malloc();
};

}  // namespace hookline::detail
