#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/result.h"
#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/value.h"
#include "hookline/vh_table.h"

#pragma GCC visibility push(default)
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
  std::string name = {};
  std::string owner = {};                         // the class whose method it is
  std::optional<ScriptId> script = std::nullopt;  // nothing: for all scripts
  // kHost: on the host's thread, in the order of the calls, and never after
  // FunctionRegistry::remove has returned there. kCaller: on the thread that calls, several at
  // once, without the GIL.
  RunsOn runs_on = RunsOn::kHost;
  // Unset: any number of positional arguments, which reach `call` as they are given. Else it gets
  // one value for each of them.
  std::optional<std::vector<Parameter>> parameters = std::nullopt;
  std::string returns = {};  // as Python writes it; may be empty
  std::string doc = {};
  // One of the two is set. With `start`, the script waits until the future is ready, and neither
  // the host's thread nor the GIL is held meanwhile. What they throw reaches the script.
  std::function<Result<Value>(std::span<const Value> args, const Caller& caller)> call = {};
  std::function<Future<Value>(std::span<const Value> args, const Caller& caller)> start = {};
  // If set, the result is a Handle to an object of this class, which the script gets as a resource.
  std::shared_ptr<const ResourceClass> result_class = nullptr;

  // The name that messages use, behind "vh.".
  [[nodiscard]] std::string full_name() const { return owner.empty() ? name : owner + "." + name; }
};

// kBadArguments: two of its parameters have one name, or one has what is no name, or has no default
// although one before it has.
[[nodiscard]] Result<void> check_parameters(const HostFunction& function);

// What scripts may do with the C++ objects that one function of the host makes. Its methods are
// functions whose first argument is a Handle to the object, and which have no parameter for it.
//
// Objects are made, used and destroyed where `runs_on` says.
class ResourceClass {
 public:
  ResourceClass(std::string name, RunsOn runs_on) : name_(std::move(name)), runs_on_(runs_on) {}

  // kBadArguments: there is a method of that name, every resource has one (release), or its
  // parameters are not those of a function (FunctionRegistry::add).
  [[nodiscard]] Result<void> add(HostFunction method);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] RunsOn runs_on() const noexcept { return runs_on_; }
  [[nodiscard]] const auto& methods() const noexcept { return methods_; }
  // nullptr if there is none.
  [[nodiscard]] std::shared_ptr<const HostFunction> find(std::string_view method) const;

 private:
  std::string name_;
  RunsOn runs_on_;
  std::vector<std::shared_ptr<const HostFunction>> methods_;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
