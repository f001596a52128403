#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "hookline/script_host.h"
#include "plugin/functions/exception_table.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/module_data.h"
#include "plugin/types/log.h"

namespace hookline::detail {

// Gives the library's own parts and its tests access to the internals of a ScriptHost.
struct HostAccess {
  [[nodiscard]] static const ModuleData& module(const ScriptHost& scripts) noexcept;
  [[nodiscard]] static const std::string& farewell(const ScriptHost& scripts) noexcept;
  // plugin/script/script_host_impl.h defines the result.
  [[nodiscard]] static auto& impl(ScriptHost& scripts) noexcept { return *scripts.impl_; }
  [[nodiscard]] static FunctionRegistry& functions(const ScriptHost& scripts) noexcept;
  [[nodiscard]] static ExceptionTable& exceptions(const ScriptHost& scripts) noexcept;
  [[nodiscard]] static const Log& log(const ScriptHost& scripts) noexcept;
  // Delivers the decisions whose deadline has passed. A timer of the attached loop does so
  // otherwise; tests with a manual clock call this.
  static void expire_decisions(ScriptHost& scripts);
  // Starts Python so that it takes its memory from malloc, and memcheck sees each object. Every
  // ScriptHost uses that Python while the returned object lives.
  [[nodiscard]] static std::shared_ptr<const void> start_on_malloc();
};

// Everything that a ScriptHost owns.
using HostImpl = std::remove_reference_t<decltype(HostAccess::impl(std::declval<ScriptHost&>()))>;

}  // namespace hookline::detail
