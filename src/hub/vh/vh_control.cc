// Defines the functions of `vh` that control the hub, and those with which scripts talk to each
// other.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/session.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

// The name that scripts have for the plugin that runs them.
constexpr std::string_view kPlugin = "python";

constexpr auto kControlFunctions = std::to_array<VhEntry>({
    {Vh::kGetServFreq,
     [](const VhReadable& hub, const VhArgs& /*args*/) -> Result<Value> {
       return hub.turns.per_second();
     }},
    {Vh::kParseCommand,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       auto* user = hub.roster.find_online(args.text(0));
       if (user == nullptr || !nmdc::is_chat_command(args.text(1))) {
         return false;
       }
       const auto text = nmdc::escape_text(args.text(1));
       const auto& nick = user->nick();
       auto typed = args.number(2) != 0 ? nmdc::make_private(hub.config.bot_name, nick, nick, text)
                                        : nmdc::make_chat(nick, text);
       typed.pop_back();  // the '|'
       return user->commands().inject(std::move(typed));
     }},
    {Vh::kStopHub,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       constexpr std::int64_t kMaxCode = 255;
       const auto code = args.number(0);
       if (code < 0 || code > kMaxCode) {
         return false;
       }
       const auto delay =
           std::chrono::milliseconds(std::clamp<std::int64_t>(args.number(1), 0, 86'400'000));
       if (delay.count() == 0) {
         hub.stop.stop(static_cast<int>(code));
       } else {
         hub.stop.stop_at(hub.clock.now() + delay, static_cast<int>(code));
       }
       return true;
     }},
    {Vh::kScriptCommand,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       // A flag asks to stay within this plugin, which all scripts of this hub do.
       if (!args.text(2).empty() && args.text(2) != kPlugin) {
         return false;
       }
       hub.scripts.post_to_others(args.caller().id, verlihub::kOnScriptCommand,
                                  {args.text(0), args.text(1), kPlugin, args.caller().name});
       return true;
     }},
    // The answer comes when the other scripts have answered, or their deadline has passed.
    {Vh::kScriptQuery,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       return hub.others.query(args.caller(), {.command = args.text(0),
                                               .data = args.text(1),
                                               .recipient = args.text(2),
                                               .with_names = args.number(3) != 0});
     }},
});

}  // namespace

std::span<const VhEntry> vh_control() noexcept { return kControlFunctions; }

}  // namespace hookline::hub
