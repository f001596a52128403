#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/detail/host_function.h"
#include "plugin/functions/module_data.h"
#include "plugin/types/text_map.h"

namespace hookline::detail {

// Holds the functions that the host adds to its module while scripts run.
//
// Thread safety: all methods from any thread, also while scripts call. A function that is removed
// meanwhile lives until its last call has ended.
class FunctionRegistry {
 public:
  explicit FunctionRegistry(std::shared_ptr<const ModuleData> module)
      : module_(std::move(module)) {}
  FunctionRegistry(const FunctionRegistry&) = delete;
  FunctionRegistry& operator=(const FunctionRegistry&) = delete;
  ~FunctionRegistry() = default;

  // Adds a function, which scripts can call from then on. A function for a single script hides one
  // with the same name for all scripts. Fails with kBadArguments if the name is invalid or taken by
  // another function or by something in the module itself, or if check_function() fails.
  [[nodiscard]] Result<void> add(HostFunction function);

  // Removes the function that was added with this `name` and `script`. Lookups that begin after
  // this returns do not find it. Returns false if there was none.
  bool remove(std::string_view name, std::optional<ScriptId> script = std::nullopt);
  // Removes all functions that were added for this script alone.
  void remove_all(ScriptId script) noexcept;

  // Returns the function that `script` finds under this name, or nullptr.
  [[nodiscard]] std::shared_ptr<const HostFunction> find(std::string_view name,
                                                         ScriptId script) const;
  // Says whether any function has ever been added. It lives as long as the registry.
  [[nodiscard]] const std::atomic<bool>& was_used() const noexcept { return was_used_; }
  // Returns whether `function` is still registered.
  [[nodiscard]] bool has(const HostFunction& function) const;
  // Returns the functions that were added for all scripts, sorted by their names.
  [[nodiscard]] std::vector<std::shared_ptr<const HostFunction>> for_all() const;
  // Returns the names of all functions that `script` finds, sorted.
  [[nodiscard]] std::vector<std::string> names(ScriptId script) const;

 private:
  // Has the functions of one name: at most one for all scripts, and at most one for each script.
  using Namesakes = std::vector<std::shared_ptr<const HostFunction>>;

  // Removes and returns one of them, or nullptr.
  [[nodiscard]] std::shared_ptr<const HostFunction> take_one_of(ScriptId script) noexcept;

  const std::shared_ptr<const ModuleData> module_;
  std::atomic<bool> was_used_{false};
  mutable std::shared_mutex mutex_;
  TextMap<Namesakes> functions_;
};

}  // namespace hookline::detail
