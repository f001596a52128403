#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/value.h"
#include "hookline/vh_table.h"

namespace hookline::detail {

// How an argument leaves its interpreter.
enum class Passing : std::uint8_t {
  kCopy,
  kHandle,    // it stays there, whatever it is
  kCallable,  // the same; it has to be callable
};

// One parameter of a function of the host, as scripts may name it.
struct Parameter {
  std::string name;
  std::optional<Value> fallback;  // what it is when a script leaves it out; nothing: it may not
  std::string type;               // as Python writes it, for the signature that help() shows
  Passing passing = Passing::kCopy;
};

class ResourceClass;

// A C++ function that scripts may call: `vh.name(...)`, `vh.CallDynamicFunction("name", ...)`.
//
// Strings are bytes in the hub's encoding, both ways, as in Host::vh_call. An Error becomes a
// Python exception.
struct HostFunction {
  std::string name;
  std::string owner;               // the class whose method it is
  std::optional<ScriptId> script;  // nothing: for all scripts
  // kHost: on the host's thread, in the order of the calls, and never after
  // FunctionRegistry::remove has returned there. kCaller: on the thread that calls, several at
  // once, without the GIL.
  RunsOn runs_on = RunsOn::kHost;
  // Nothing: any number of positional arguments, which reach `call` as they are given. Else it gets
  // one value for each of them.
  std::optional<std::vector<Parameter>> parameters;
  std::string returns;  // as Python writes it; may be empty
  std::string doc;
  // One of the two is set. With `start`, the script waits until the future is ready, and neither
  // the host's thread nor the GIL is held meanwhile. What they throw reaches the script.
  std::function<Result<Value>(std::span<const Value> args, const Caller& caller)> call;
  std::function<Future<Value>(std::span<const Value> args, const Caller& caller)> start;
  // If set, the result is a Handle to an object of this class, which the script gets as a resource.
  std::shared_ptr<const ResourceClass> result_class = nullptr;

  // As it is called in messages, behind "vh.".
  [[nodiscard]] std::string full_name() const { return owner.empty() ? name : owner + "." + name; }
};

// kBadArguments: two of its parameters have one name, or one has what is no name, or has no default
// although one before it has.
[[nodiscard]] Result<void> check_parameters(const HostFunction& function);

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
