#include "hookline/host.h"

#include <algorithm>
#include <array>
#include <string>

#include "hookline/future.h"
#include "hookline/vh_table.h"
#include "plugin/types/vh_signature.h"

namespace hookline {

Result<Value> Host::vh_read(Vh function, std::span<const std::string_view> texts,
                            const Caller& caller) {
  std::array<Value, detail::kMaxVhArguments> values;
  std::ranges::copy(texts, values.begin());
  return vh_call(function, std::span(values).first(detail::vh_signature(function).count), caller);
}

void Host::vh_start(Vh function, std::span<const Value> args, const Caller& caller,
                    Promise<Value> promise) {
  promise.set(vh_call(function, args, caller));
}

void Host::on_script_named(const std::string& /*name*/, const std::string& /*version*/,
                           const Caller& /*caller*/) {}

void Host::on_script_unloaded(const Caller& /*caller*/) {}

std::unexpected<Error> Host::no_such_function(Vh function) {
  return fail(ErrorCode::kNotCallable,
              std::string("vh.") + vh_row(function).name + "(): this hub has no such function");
}

Result<Value> NoHub::vh_call(Vh function, std::span<const Value> args, const Caller& /*caller*/) {
  // Scripts read their settings while they load. This answer lets them load.
  if (function == Vh::kGetConfig) {
    return args[2];
  }
  // The script gets it as a RuntimeError.
  return fail(ErrorCode::kShuttingDown,
              std::string("vh.") + vh_row(function).name +
                  "() needs a hub, and there is none here: run the script with 'hookline hub'");
}

}  // namespace hookline
