#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/detail/host_function.h"
#include "hookline/error.h"

namespace hookline::detail {

// Describes something that every module has.
struct CoreEntry {
  std::string_view means;      // is the same in all modules, such as "call"
  std::string name;            // `means`, unless the host has renamed it
  std::string_view signature;  // "(name: str) -> str" for a function, or the type of an attribute
  std::string_view doc;
};
[[nodiscard]] std::vector<CoreEntry> core_functions();
[[nodiscard]] std::vector<CoreEntry> core_attributes();

// Is the content of a Module. It is constant once a ScriptHost has it.
//
// Thread safety: one thread at a time until then, afterwards any thread.
struct ModuleData {
  std::string name;
  std::string doc;
  std::vector<Attribute> constants;
  std::vector<Attribute> attributes;
  std::vector<std::shared_ptr<const HostFunction>> functions;
  std::vector<CoreEntry> core_functions = detail::core_functions();
  std::vector<CoreEntry> core_attributes = detail::core_attributes();
  std::optional<Error> mistake;  // the first

  // Returns whether something in the module has this name.
  [[nodiscard]] bool has(std::string_view wanted) const;
  // Returns nullptr if there is no such function.
  [[nodiscard]] std::shared_ptr<const HostFunction> find(std::string_view function) const;
  // Returns nullptr if no module has something with that meaning.
  [[nodiscard]] const CoreEntry* find_core(std::string_view means) const;
  // Returns the name of a CoreEntry in this module. REQUIRES: there is one with that meaning.
  [[nodiscard]] const std::string& core_name(std::string_view means) const {
    return find_core(means)->name;
  }
};

// Gives the library access to the content of a Module.
struct ModuleAccess {
  [[nodiscard]] static const std::shared_ptr<ModuleData>& data(const Module& module) noexcept {
    return module.data_;
  }
  [[nodiscard]] static Module make(std::shared_ptr<ModuleData> data) {
    Module module;
    module.data_ = std::move(data);
    return module;
  }
};

// Checks everything about a function but whether its name is taken. Fails with kBadArguments.
[[nodiscard]] Result<void> check_function(const HostFunction& function);

}  // namespace hookline::detail
