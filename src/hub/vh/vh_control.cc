#include "hub/vh/vh_control.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/session.h"

namespace hookline::hub {
namespace {

// The name that scripts have for the plugin that runs them.
constexpr std::string_view kPlugin = "python";

}  // namespace

Result<Value> VhControl::get_serv_freq(const VhArgs& /*args*/) const { return turns_.per_second(); }

Result<Value> VhControl::parse_command(const VhArgs& args) {
  auto* user = roster_.find_online(args.text(0));
  if (user == nullptr || !nmdc::is_chat_command(args.text(1))) {
    return false;
  }
  const auto text = nmdc::escape_text(args.text(1));
  const auto& nick = user->nick();
  auto typed = args.number(2) != 0 ? nmdc::make_private(config_.bot_name, nick, nick, text)
                                   : nmdc::make_chat(nick, text);
  typed.pop_back();  // the '|'
  return user->commands().inject(std::move(typed));
}

Result<Value> VhControl::stop_hub(const VhArgs& args) {
  constexpr std::int64_t kMaxCode = 255;
  const auto code = args.number(0);
  if (code < 0 || code > kMaxCode) {
    return false;
  }
  const auto delay =
      std::chrono::milliseconds(std::clamp<std::int64_t>(args.number(1), 0, 86'400'000));
  if (delay.count() == 0) {
    stop_.stop(static_cast<int>(code));
  } else {
    stop_.stop_at(clock_.now() + delay, static_cast<int>(code));
  }
  return true;
}

Result<Value> VhControl::script_command(const VhArgs& args) {
  // A flag asks to stay within this plugin, which all scripts of this hub do.
  if (!args.text(2).empty() && args.text(2) != kPlugin) {
    return false;
  }
  scripts_.post_to_others(args.caller().id, verlihub::kOnScriptCommand,
                          {args.text(0), args.text(1), kPlugin, args.caller().name});
  return true;
}

Future<Value> VhControl::script_query(const VhArgs& args) {
  return others_.query(args.caller(), {.command = args.text(0),
                                       .data = args.text(1),
                                       .recipient = args.text(2),
                                       .with_names = args.number(3) != 0});
}

}  // namespace hookline::hub
