#include "hub/commands/chat_commands.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ranges>
#include <span>

#include "hub/base/text.h"
#include "hub/session/session.h"

namespace hookline::hub {
namespace {

std::size_t count_words(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      std::views::split(text, ' '), [](const auto& word) { return !word.empty(); }));
}

// Returns whether `args` has all arguments that the usage shows before its first "[".
bool is_complete(std::string_view usage, std::string_view args) {
  return count_words(args) >= count_words(usage.substr(0, usage.find('[')));
}

}  // namespace

struct ChatCommands::Row {
  std::string_view name;
  int min_class;
  std::string_view usage;
  std::string_view help;
  std::string (*run)(ChatCommands&, Session&, std::string_view args);

  // Runs a method of ChatCommands, or of one of its groups.
  template <auto Method>
  static std::string own(ChatCommands& self, Session& sender, std::string_view args) {
    return (self.*Method)(sender, args);
  }
  template <auto Method>
  static std::string account(ChatCommands& self, Session& sender, std::string_view args) {
    return (self.accounts_.*Method)(sender, args);
  }
  template <auto Method>
  static std::string ban(ChatCommands& self, Session& sender, std::string_view args) {
    return (self.bans_.*Method)(sender, args);
  }
  template <auto Method>
  static std::string script(ChatCommands& self, Session& sender, std::string_view args) {
    return (self.scripts_.*Method)(sender, args);
  }

  static std::span<const Row> all() noexcept;
};

std::span<const ChatCommands::Row> ChatCommands::Row::all() noexcept {
  static constexpr auto kRows = std::to_array<Row>({
      {"help", kClassGuest, "", "this list", &own<&ChatCommands::help>},
      {"stats", kClassGuest, "", "what the hub has done so far", &own<&ChatCommands::stats>},
      {"topic", kClassGuest, " [TEXT]", "the topic; operators set it", &own<&ChatCommands::topic>},
      {"kick", kClassOperator, " NICK [REASON]", "disconnects a user, and tells everybody",
       &own<&ChatCommands::kick>},
      {"drop", kClassOperator, " NICK [REASON]", "disconnects a user, and tells nobody",
       &own<&ChatCommands::drop>},
      {"passwd", kClassRegistered, " NEW", "sets your password",
       &account<&AccountCommands::passwd>},
      {"reg", kClassOperator, " NICK CLASS [PASSWORD]", "registers a user",
       &account<&AccountCommands::reg>},
      {"unreg", kClassOperator, " NICK", "removes a registration",
       &account<&AccountCommands::unreg>},
      {"setclass", kClassOperator, " NICK CLASS", "changes a user's class",
       &account<&AccountCommands::setclass>},
      {"ban", kClassOperator, " NICK|IP [TIME] [REASON]", "keeps a user away",
       &ban<&BanCommands::ban>},
      {"unban", kClassOperator, " NICK|IP|#NUMBER", "lifts a ban", &ban<&BanCommands::unban>},
      {"banlist", kClassOperator, "", "the bans that are in force", &ban<&BanCommands::banlist>},
      {"pyload", kClassAdmin, " PATH|NAME", "loads a script", &script<&ScriptCommands::pyload>},
      {"pyunload", kClassAdmin, " NAME", "ends a script", &script<&ScriptCommands::pyunload>},
      {"pyreload", kClassAdmin, " NAME", "runs a script's file anew",
       &script<&ScriptCommands::pyreload>},
      {"pylog", kClassAdmin, " [LEVEL]", "how much is logged", &script<&ScriptCommands::pylog>},
      {"pylist", kClassAdmin, "", "the scripts that are loaded", &script<&ScriptCommands::pylist>},
      {"pystats", kClassAdmin, " [NAME]", "what the scripts have done, and how fast",
       &script<&ScriptCommands::pystats>},
  });
  return kRows;
}

std::string ChatCommands::help(Session& sender, std::string_view /*args*/) {
  std::string out = "Commands, after + or !:";
  for (const auto& row : Row::all()) {
    if (sender.user_class() >= row.min_class) {
      out.append("\r\n  ").append(row.name).append(row.usage).append(": ").append(row.help);
    }
  }
  return out;
}

std::string ChatCommands::stats(Session& /*sender*/, std::string_view /*args*/) {
  const auto& latency = counters_.chat_decision_ns;
  const auto us = [&latency](double quantile) {
    return std::to_string(latency.percentile(quantile) / 1000);
  };
  return "users " + std::to_string(roster_.online().size()) + ", connections " +
         std::to_string(counters_.connections.get()) + ", chat lines " +
         std::to_string(counters_.chat_lines.get()) + ", blocked " +
         std::to_string(counters_.chat_blocked.get()) + ", replaced " +
         std::to_string(counters_.chat_replaced.get()) + ", events to scripts " +
         std::to_string(counters_.hook_events.get()) + ", verdict p50 " + us(0.5) + " us, p99 " +
         us(0.99) + " us";
}

std::string ChatCommands::topic(Session& sender, std::string_view args) {
  if (args.empty()) {
    return "The topic is: " + settings_.topic();
  }
  if (!sender.is_operator()) {
    return "Only operators may set the topic.";
  }
  static_cast<void>(settings_.set_topic(args));
  return {};
}

std::string ChatCommands::kick_or_drop(Session& sender, std::string_view args, bool is_kick) {
  const auto [nick, reason] = cut_word(args);
  auto* victim = roster_.find_online(nick);
  if (victim == nullptr) {
    return "There is no user '" + std::string(nick) + "'.";
  }
  if (victim == &sender || victim->user_class() >= sender.user_class()) {
    return "You may not do that to " + victim->nick() + ".";
  }
  if (is_kick) {
    moderation_.kick_by(sender, *victim, reason);
  } else {
    moderation_.drop_by(sender, *victim, reason);
  }
  return {};
}

std::string ChatCommands::kick(Session& sender, std::string_view args) {
  return kick_or_drop(sender, args, true);
}

std::string ChatCommands::drop(Session& sender, std::string_view args) {
  return kick_or_drop(sender, args, false);
}

std::string ChatCommands::run(Session& sender, std::string_view text) {
  const auto [name, args] = cut_word(text.substr(1));
  const auto rows = Row::all();
  const auto row = std::ranges::find(rows, name, &Row::name);
  if (row == rows.end() || sender.user_class() < row->min_class) {
    return "Unknown command '" + std::string(name) + "'; try +help.";
  }
  if (!is_complete(row->usage, args)) {
    return "Write it as " + std::string(text.substr(0, 1)) + std::string(name) +
           std::string(row->usage) + ".";
  }
  return row->run(*this, sender, args);
}

}  // namespace hookline::hub
