// Defines the functions of `vh` with which scripts send something to users. Users for whom much of
// this script is waiting do not get it: a script that sends more than they read must not have them
// disconnected, nor keep out what others send. The functions return False then, and the log and the
// operators are told.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/clock.h"
#include "hookline/verlihub/hooks.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/session.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

std::string complete(std::string_view data) {
  std::string out(data);
  if (!out.ends_with('|')) {
    out.push_back('|');
  }
  return out;
}

// Says that a script sends too much, as far as the budget of its notices goes.
void tell_of_left_out(VhHub& hub, const Caller& script, std::size_t users, std::size_t bytes) {
  std::uint64_t lines = 0;
  if (hub.send_notices[script.id].spend(Clock::system().now(), lines)) {
    const auto notice =
        fmt::format("it sends more than {} user(s) read: {} bytes were not sent to them{}", users,
                    bytes, lines > 0 ? fmt::format(", after {} like these", lines) : "");
    spdlog::warn("{}: {}", script.name, notice);
    hub.announcer.tell_of_script(script, notice);
  }
}

// Offers each of `users` a line. Returns whether all of them got it.
bool offer(VhHub& hub, const VhArgs& args, std::span<Session* const> users, std::string_view line) {
  std::size_t left_out = 0;
  for (Session* user : users) {
    left_out += user->offer(line, args.caller().id) ? 0U : 1U;
  }
  if (left_out > 0) {
    tell_of_left_out(hub, args.caller(), left_out, line.size());
  }
  return left_out == 0;
}

std::vector<Session*> of_classes(const VhHub& hub, std::int64_t min_class, std::int64_t max_class) {
  std::vector<Session*> users;
  for (auto* user : hub.roster.online()) {
    if (user->user_class() >= min_class && user->user_class() <= max_class) {
      users.push_back(user);
    }
  }
  return users;
}

// Sends to all users in this mode. Users that never announced a mode count as passive.
bool send_to_mode(VhHub& hub, const VhArgs& args, bool is_active, std::int64_t min_class,
                  std::int64_t max_class) {
  auto users = of_classes(hub, min_class, max_class);
  std::erase_if(users, [is_active](Session* user) { return user->user()->is_active != is_active; });
  return offer(hub, args, users, complete(args.text(0)));
}

// Tells the other scripts that this one has spoken in main chat.
void tell_of_bot_message(VhHub& hub, const VhArgs& args, std::size_t nick_at,
                         std::int64_t min_class, std::int64_t max_class) {
  if (hub.scripts.hooked(verlihub::kOnPublicBotMessage)) {
    hub.scripts.post_to_others(
        args.caller().id, verlihub::kOnPublicBotMessage,
        {args.text_or(nick_at, hub.config.bot_name), args.text(0), min_class, max_class});
  }
}

std::string chat_as(const VhHub& hub, const VhArgs& args, std::size_t nick_at) {
  return nmdc::make_chat(nmdc::escape_text(args.text_or(nick_at, hub.config.bot_name)),
                         nmdc::escape_text(args.text(0)));
}

// The delay of the raw sends allows the hub to send them together with later data, which it always
// does.
constexpr auto kSendFunctions = std::to_array<VhEntry>({
    {Vh::kSendDataToUser,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       auto* user = hub.roster.find(args.text(1));
       return user != nullptr && offer(hub, args, {&user, 1}, complete(args.text(0)));
     }},
    {Vh::kSendDataToAll,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return offer(hub, args, of_classes(hub, args.number(1), args.number(2)),
                    complete(args.text(0)));
     }},
    {Vh::kSendToActive,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return send_to_mode(hub, args, true, kClassGuest, kClassMaster);
     }},
    {Vh::kSendToPassive,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return send_to_mode(hub, args, false, kClassGuest, kClassMaster);
     }},
    {Vh::kSendToActiveClass,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return send_to_mode(hub, args, true, args.number(1), args.number(2));
     }},
    {Vh::kSendToPassiveClass,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       return send_to_mode(hub, args, false, args.number(1), args.number(2));
     }},
    {Vh::kSendToOpChat,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       const auto shown = nmdc::escape_text(args.text_or(1, hub.config.op_chat_name));
       const auto text = nmdc::escape_text(args.text(0));
       bool all = true;
       for (auto* user : of_classes(hub, kClassOperator, kClassMaster)) {
         all = offer(hub, args, {&user, 1},
                     nmdc::make_private(user->nick(), hub.config.op_chat_name, shown, text)) &&
               all;
       }
       return all;
     }},
    {Vh::kSendPMToAll,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       const auto from = nmdc::escape_text(args.text_or(1, hub.config.bot_name));
       const auto text = nmdc::escape_text(args.text(0));
       bool all = true;
       for (auto* user : of_classes(hub, args.number(2), args.number(3))) {
         all = offer(hub, args, {&user, 1}, nmdc::make_private(user->nick(), from, from, text)) &&
               all;
       }
       return all;
     }},
    {Vh::kmc,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       const bool all = offer(hub, args, hub.roster.online(), chat_as(hub, args, 1));
       tell_of_bot_message(hub, args, 1, kClassGuest, kClassMaster);
       return all;
     }},
    {Vh::kusermc,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       auto* user = hub.roster.find(args.text(1));
       return user != nullptr && offer(hub, args, {&user, 1}, chat_as(hub, args, 2));
     }},
    {Vh::kclassmc,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       const bool all =
           offer(hub, args, of_classes(hub, args.number(1), args.number(2)), chat_as(hub, args, 3));
       tell_of_bot_message(hub, args, 3, args.number(1), args.number(2));
       return all;
     }},
    {Vh::kpm,
     [](VhHub& hub, const VhArgs& args) -> Result<Value> {
       auto* user = hub.roster.find(args.text(1));
       if (user == nullptr) {
         return false;
       }
       const auto from = nmdc::escape_text(args.text_or(2, hub.config.bot_name));
       const auto shown = nmdc::escape_text(args.text_or(3, from));
       return offer(hub, args, {&user, 1},
                    nmdc::make_private(user->nick(), from, shown, nmdc::escape_text(args.text(0))));
     }},
});

}  // namespace

std::span<const VhEntry> vh_sends() noexcept { return kSendFunctions; }

}  // namespace hookline::hub
