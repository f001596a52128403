#include "hub/commands/chat_commands.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ranges>

#include "hub/base/words.h"
#include "hub/commands/account_commands.h"
#include "hub/commands/ban_commands.h"
#include "hub/commands/script_commands.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"
#include "hub/users/send_away.h"

namespace hookline::hub {
namespace {

struct ChatCommand {
  std::string_view name;
  int min_class;
  std::string_view usage;
  std::string_view help;
  std::string (*run)(HubCore&, Session&, std::string_view args);
};

std::string help(HubCore& core, Session& sender, std::string_view args);

std::string stats(HubCore& core, Session& /*sender*/, std::string_view /*args*/) {
  const auto& counters = core.counters();
  const auto& latency = counters.chat_verdict_ns;
  const auto us = [&latency](double quantile) {
    return std::to_string(latency.percentile(quantile) / 1000);
  };
  return "users " + std::to_string(core.roster().online().size()) + ", connections " +
         std::to_string(counters.connections.get()) + ", chat lines " +
         std::to_string(counters.chat_lines.get()) + ", blocked " +
         std::to_string(counters.chat_blocked.get()) + ", replaced " +
         std::to_string(counters.chat_replaced.get()) + ", events to scripts " +
         std::to_string(counters.hook_events.get()) + ", verdict p50 " + us(0.5) + " us, p99 " +
         us(0.99) + " us";
}

std::string topic(HubCore& core, Session& sender, std::string_view args) {
  if (args.empty()) {
    return "The topic is: " + core.settings().own("topic");
  }
  if (!sender.is_operator()) {
    return "Only operators may set the topic.";
  }
  static_cast<void>(core.set_topic(args));
  return {};
}

std::string send_away(HubCore& core, Session& sender, std::string_view args, bool is_kick) {
  const auto [nick, reason] = cut_word(args);
  auto* victim = core.roster().find_online(nick);
  if (victim == nullptr) {
    return "There is no user '" + std::string(nick) + "'.";
  }
  if (victim == &sender || victim->user_class() >= sender.user_class()) {
    return "You may not do that to " + victim->nick() + ".";
  }
  if (is_kick) {
    kick_by(core, sender, *victim, reason);
  } else {
    drop_by(core, sender, *victim, reason);
  }
  return {};
}

std::string kick(HubCore& core, Session& sender, std::string_view args) {
  return send_away(core, sender, args, true);
}

std::string drop(HubCore& core, Session& sender, std::string_view args) {
  return send_away(core, sender, args, false);
}

std::string pylist(HubCore& core, Session& /*sender*/, std::string_view /*args*/) {
  return list_scripts(core);
}

std::string pystats(HubCore& core, Session& /*sender*/, std::string_view args) {
  return script_stats(core, args);
}

// Those that answer when it is done.
template <void (*Change)(HubCore&, std::string_view, AnswerTo)>
std::string change_script(HubCore& core, Session& sender, std::string_view args) {
  Change(core, args, sender.answerer());
  return {};
}

std::string pylog(HubCore& core, Session& /*sender*/, std::string_view args) {
  return change_log_level(core, args);
}

constexpr auto kCommands = std::to_array<ChatCommand>({
    {"help", kClassGuest, "", "this list", &help},
    {"stats", kClassGuest, "", "what the hub has done so far", &stats},
    {"topic", kClassGuest, " [TEXT]", "the topic; operators set it", &topic},
    {"kick", kClassOperator, " NICK [REASON]", "disconnects a user, and tells everybody", &kick},
    {"drop", kClassOperator, " NICK [REASON]", "disconnects a user, and tells nobody", &drop},
    {"passwd", kClassRegistered, " NEW", "sets your password", &passwd_command},
    {"reg", kClassOperator, " NICK CLASS [PASSWORD]", "registers a user", &reg_command},
    {"unreg", kClassOperator, " NICK", "removes a registration", &unreg_command},
    {"setclass", kClassOperator, " NICK CLASS", "changes a user's class", &setclass_command},
    {"ban", kClassOperator, " NICK|IP [TIME] [REASON]", "keeps a user away", &ban_command},
    {"unban", kClassOperator, " NICK|IP|#NUMBER", "lifts a ban", &unban_command},
    {"banlist", kClassOperator, "", "the bans that are in force", &banlist_command},
    {"pyload", kClassAdmin, " PATH|NAME", "loads a script", &change_script<&load_script>},
    {"pyunload", kClassAdmin, " NAME", "ends a script", &change_script<&unload_script>},
    {"pyreload", kClassAdmin, " NAME", "runs a script's file anew", &change_script<&reload_script>},
    {"pylog", kClassAdmin, " [LEVEL]", "how much is logged", &pylog},
    {"pylist", kClassAdmin, "", "the scripts that are loaded", &pylist},
    {"pystats", kClassAdmin, " [NAME]", "what the scripts have done, and how fast", &pystats},
});

std::string help(HubCore& /*core*/, Session& sender, std::string_view /*args*/) {
  std::string out = "Commands, after + or !:";
  for (const auto& command : kCommands) {
    if (sender.user_class() >= command.min_class) {
      out.append("\r\n  ").append(command.name).append(command.usage).append(": ");
      out.append(command.help);
    }
  }
  return out;
}

std::size_t count_words(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      std::views::split(text, ' '), [](const auto& word) { return !word.empty(); }));
}

// What comes before the first "[" has to be there.
bool is_complete(std::string_view usage, std::string_view args) {
  return count_words(args) >= count_words(usage.substr(0, usage.find('[')));
}

}  // namespace

bool is_chat_command(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() >= 2 && (text[0] == '!' || text[0] == '+') && is_letter(text[1]);
}

std::string run_chat_command(HubCore& core, Session& sender, std::string_view text) {
  const auto [name, args] = cut_word(text.substr(1));
  const auto* command = std::ranges::find(kCommands, name, &ChatCommand::name);
  if (command == kCommands.end() || sender.user_class() < command->min_class) {
    return "Unknown command '" + std::string(name) + "'; try +help.";
  }
  if (!is_complete(command->usage, args)) {
    return "Write it as " + std::string(text.substr(0, 1)) + std::string(name) +
           std::string(command->usage) + ".";
  }
  return command->run(core, sender, args);
}

}  // namespace hookline::hub
