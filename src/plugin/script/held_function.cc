// Defines the functions of typed_call.h that call a function which a host holds (ScriptFunction).

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/typed_call.h"
#include "plugin/script/called_script.h"
#include "plugin/script/numbered_call.h"
#include "plugin/script/script_host_impl.h"

namespace hookline::detail {

// Is a function that a host holds. It remembers the script's id, so that the name is looked up only
// when the script has been loaded anew.
class HeldFunction {
 public:
  HeldFunction(HostImpl& impl, const ScriptRef& script, std::string_view name, TextMode text)
      : impl_(impl),
        text_(text),
        by_id_(script.id().has_value()),
        script_(by_id_ ? std::string() : std::string(script.name())),
        name_(name),
        number_(impl.names.number(name)),
        id_(static_cast<std::uint32_t>(script.id().value_or(ScriptId{kUnknown}))) {}

  [[nodiscard]] HostImpl& impl() const noexcept { return impl_; }

  // Calls `use` with the call, or `fail` with an error if the script is not loaded.
  template <class Use, class Fail>
  auto with(std::span<const Argument> args, Use use, Fail fail) const {
    const auto subscriptions = impl_.registry.read();
    const Subscriptions::Loaded* found =
        subscriptions->find(ScriptId{id_.load(std::memory_order_relaxed)});
    if (found == nullptr && !by_id_) [[unlikely]] {
      found = subscriptions->find(script_);
      if (found != nullptr) {
        id_.store(static_cast<std::uint32_t>(found->script->id()), std::memory_order_relaxed);
      }
    }
    if (found == nullptr) [[unlikely]] {
      const ScriptId id{id_.load(std::memory_order_relaxed)};
      return fail(no_such_script(by_id_ ? ScriptRef(id) : ScriptRef(script_)));
    }
    if (!number_) [[unlikely]] {
      return fail(Error{.code = ErrorCode::kBadArguments,
                        .message = "too many functions are called: '" + name_ +
                                   "' cannot be held, call it by its name"});
    }
    return use(NumberedCall{.script = *found, .function = *number_, .args = args, .text = text_});
  }

 private:
  static constexpr std::uint32_t kUnknown = UINT32_MAX;

  HostImpl& impl_;
  const TextMode text_;
  const bool by_id_;
  const std::string script_;
  const std::string name_;
  const std::optional<std::uint32_t> number_;
  mutable std::atomic<std::uint32_t> id_;
};

std::shared_ptr<HeldFunction> hold_function(ScriptHost& scripts, const ScriptRef& script,
                                            std::string_view name, TextMode text) {
  return std::make_shared<HeldFunction>(HostAccess::impl(scripts), script, name, text);
}

Future<Value> call_held(const HeldFunction& function, std::span<const Argument> args,
                        Duration timeout) {
  return function.with(
      args,
      [&](const NumberedCall& call) {
        return FutureCall::post(call.mailbox(), call,
                                {.deadline = function.impl().deadline(timeout),
                                 .timers = function.impl().timers.get()});
      },
      [](Error error) { return make_ready_future<Value>(std::unexpected(std::move(error))); });
}

Result<void> call_held_on_loop(const HeldFunction& function, std::span<const Argument> args,
                               ResultHandler& handler) {
  PendingDecisions* const pending = function.impl().pending();
  if (pending == nullptr) {
    return fail(ErrorCode::kBadArguments, HostImpl::kNoLoop);
  }
  return function.with(
      args,
      [&](const NumberedCall& call) -> Result<void> {
        DeliveredCall::post(call.mailbox(), call, pending->executor(), handler);
        return {};
      },
      [](Error error) -> Result<void> { return std::unexpected(std::move(error)); });
}

void post_held(const HeldFunction& function, std::span<const Argument> args) {
  function.with(args, &post_call,
                [&function](const Error& error) { function.impl().log_lost_post(error); });
}

}  // namespace hookline::detail
