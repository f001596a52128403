#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hookline/detail/host_function.h"

namespace hookline::detail {

// The functions that scripts find in `vh` beside those of its fixed table, as they come and go.
//
// Thread safety: all methods from any thread, while scripts call as well. A function that is
// removed meanwhile lives until its last call has ended.
class FunctionRegistry {
 public:
  FunctionRegistry() = default;
  FunctionRegistry(const FunctionRegistry&) = delete;
  FunctionRegistry& operator=(const FunctionRegistry&) = delete;
  ~FunctionRegistry() = default;

  // Scripts find it from now on. One for a single script hides one of that name for all scripts.
  // kBadArguments: the name is taken, by another function or by `vh` itself, or cannot be one; or
  // what check_parameters() says.
  [[nodiscard]] Result<void> add(HostFunction function);

  // No call begins to look for it from here on. False: there was none, `script` being what it was
  // added with.
  bool remove(std::string_view name, std::optional<ScriptId> script = std::nullopt);
  // All that were added for this script alone.
  void remove_all(ScriptId script);

  // What `script` finds under this name, or nullptr.
  [[nodiscard]] std::shared_ptr<const HostFunction> find(std::string_view name,
                                                         ScriptId script) const;
  // Whether a script still finds `function`.
  [[nodiscard]] bool has(const HostFunction& function) const;
  // The names of all that it finds, sorted.
  [[nodiscard]] std::vector<std::string> names(ScriptId script) const;

 private:
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept {
      return std::hash<std::string_view>()(name);
    }
  };
  // Of one name: at most one for all scripts, and one for each script.
  using Namesakes = std::vector<std::shared_ptr<const HostFunction>>;

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Namesakes, NameHash, std::equal_to<>> functions_;
};

}  // namespace hookline::detail
