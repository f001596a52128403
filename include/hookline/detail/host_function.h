#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// Says how an argument leaves its interpreter.
enum class Passing : std::uint8_t {
  kCopy,
  kHandle,    // the object stays there, whatever it is
  kCallable,  // the object stays there, and must be callable
};

// Says which Python objects a parameter takes. With any kind but kAnything, None stands for an
// argument that was not given, if the parameter has a default.
enum class Accepts : std::uint8_t { kAnything, kStr, kInt, kFloat, kStrOrInt };

// Describes one parameter of a function of the host.
struct Parameter {
  std::string name;
  std::optional<Value> fallback;  // the default; nullopt: the argument is required
  std::string type;               // the Python type, for the signature that help() shows
  Passing passing = Passing::kCopy;
  Accepts accepts = Accepts::kAnything;
};

class ResourceClass;

// Is a C++ function that scripts may call: `game.name(...)`, if the module is called `game`.
//
// Strings are bytes in the host's encoding, both ways. An Error becomes a Python exception.
struct HostFunction {
  std::string name = {};
  std::string module = {};                        // set when the function is added
  std::string owner = {};                         // the class, if this is a method
  std::optional<ScriptId> script = std::nullopt;  // nullopt: it is for all scripts
  // A kHost function is called on the host's thread, in the order of the calls, and never after
  // FunctionRegistry::remove has returned there. A kCaller function is called on the script's
  // thread, also on several threads at the same time.
  RunsOn runs_on = RunsOn::kHost;
  // A kCaller function is called with the script's GIL held: it must be quick, and must not wait
  // for anything that may wait for a script.
  bool keeps_gil = false;
  // A kHost function that tells the host something and returns True. Inside of batch(), its calls
  // are collected.
  bool is_send = false;
  TextMode text = TextMode::kHost;  // how texts pass, in the arguments and in the result
  // If set, `call` or `start` gets one value for each parameter. If unset, `call` gets any number
  // of positional arguments, as they were given.
  std::optional<std::vector<Parameter>> parameters = std::nullopt;
  std::string returns = {};  // the Python type; may be empty
  std::string doc = {};
  // One of the two is set. With `start`, the script waits until the future is ready, and neither
  // the host's thread nor the GIL is held meanwhile. Exceptions that they throw reach the script.
  std::function<Result<Value>(std::span<const Value> args, const Caller& caller)> call = {};
  std::function<Future<Value>(std::span<const Value> args, const Caller& caller)> start = {};
  // May be set beside `call`, for a kCaller function that keeps the GIL and whose parameters all
  // accept a str. Scripts call it very often, so that its texts are not copied. It must answer like
  // `call`. `texts` omits the optional arguments that were not given, and lives until it returns.
  std::function<Result<Value>(std::span<const std::string_view> texts, const Caller& caller)> read =
      {};
  // If set, the result is a Handle to an object of this class, which the script gets as a resource.
  std::shared_ptr<const ResourceClass> result_class = nullptr;

  // Returns the name for messages: "game.give_gold", or "game.Recording.add".
  [[nodiscard]] std::string full_name() const {
    return module + "." + (owner.empty() ? name : owner + "." + name);
  }
};

// Is the largest number of parameters of a function with `read`.
inline constexpr std::size_t kMaxTexts = 8;

// Fails with kBadArguments if two parameters have the same name, if one has an invalid name, or if
// one without a default follows one that has a default.
[[nodiscard]] Result<void> check_parameters(const HostFunction& function);

// Describes what scripts may do with the C++ objects that one function of the host makes. Its
// methods are functions whose first argument is a Handle to the object; their lists of parameters
// omit it.
//
// Objects are made, used and destroyed where `runs_on` says.
class ResourceClass {
 public:
  ResourceClass(std::string module, std::string name, RunsOn runs_on)
      : module_(std::move(module)), name_(std::move(name)), runs_on_(runs_on) {}

  // Fails with kBadArguments if there is a method of that name, if every resource has one
  // (release), or if its parameters are invalid (see check_parameters()).
  [[nodiscard]] Result<void> add(HostFunction method);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // Returns the name for messages: "game.Recording".
  [[nodiscard]] std::string full_name() const { return module_ + "." + name_; }
  [[nodiscard]] RunsOn runs_on() const noexcept { return runs_on_; }
  [[nodiscard]] const auto& methods() const noexcept { return methods_; }
  // Returns nullptr if there is none.
  [[nodiscard]] std::shared_ptr<const HostFunction> find(std::string_view method) const;

 private:
  std::string module_;
  std::string name_;
  RunsOn runs_on_;
  std::vector<std::shared_ptr<const HostFunction>> methods_;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
