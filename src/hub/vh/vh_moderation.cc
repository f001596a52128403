// Defines the functions of `vh` that disconnect, kick, ban and restrict users. Their futures
// complete, on any thread, when the change is durable.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"
#include "hub/session/session.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

constexpr auto kModerationFunctions = std::to_array<VhEntry>({
    {Vh::kCloseConnection,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       constexpr auto kLastReason = static_cast<std::int64_t>(CloseReason::kNoRedirect);
       auto* user = hub.roster.find(args.text(0));
       const auto number = args.number(1);
       if (user == nullptr || number < 0 || number > kLastReason) {
         return false;
       }
       const auto reason = static_cast<CloseReason>(number);
       const auto delay =
           std::chrono::milliseconds(std::clamp<std::int64_t>(args.number(2), 0, 86'400'000));
       if (delay.count() == 0) {
         user->disconnect(reason);
       } else {
         user->disconnect_at(hub.clock.now() + delay, reason);
       }
       return true;
     }},
    {Vh::kKickUser,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       auto* victim = hub.roster.find(args.text(1));
       if (victim == nullptr) {
         return make_ready_future<Value>(false);
       }
       return hub.moderation.kick_for(args.caller(), *victim,
                                      {.nick = {},
                                       .ip = {},
                                       .op = std::string(args.text(0)),
                                       .reason = std::string(args.text(2)),
                                       .note_op = std::string(args.text(4)),
                                       .note_usr = std::string(args.text(5))});
     }},
    {Vh::kBan,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       auto ban = hub.moderation.make_ban({.op = args.text(0),
                                           .target = args.text(1),
                                           .reason = args.text(2),
                                           .type = args.number(4)});
       if (!ban) {
         return make_ready_future<Value>(false);
       }
       const List told{ban->op, ban->address, ban->nick, ban->reason};
       return hub.others.if_others_allow(
           args.caller(), verlihub::kOnNewBan, told,
           [&hub, ban = *std::move(ban), seconds = args.number(3)]() mutable {
             return hub.moderation.put_ban(std::move(ban), seconds);
           });
     }},
    {Vh::kDelNickTempBan,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       return hub.bans.remove_temporary_nick(args.text(0));
     }},
    {Vh::kDelIPTempBan,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       return hub.bans.remove_temporary_ip(args.text(0));
     }},
    {Vh::kUserRestrictions,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       return hub.restrictions.change(args.text(0),
                                      {args.text(1), args.text(2), args.text(3), args.text(4)});
     }},
});

}  // namespace

std::span<const VhEntry> vh_moderation() noexcept { return kModerationFunctions; }

}  // namespace hookline::hub
