#include "hub/commands/account_commands.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "hub/base/words.h"
#include "hub/session/chat_answer.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"
#include "hub/users/accounts.h"

namespace hookline::hub {
namespace {

// Why the sender may not change that account; empty: he may.
std::string refusal(HubCore& core, const Session& sender, std::string_view nick) {
  const auto* user = core.state().registrations().find(nick);
  if (user == nullptr) {
    return std::string(nick) + " is not registered.";
  }
  if (user->is_from_config) {
    return user->nick + " is registered in the hub's config file: change it there.";
  }
  if (user->user_class >= sender.user_class()) {
    return "You may only do that to users of a lower class than yours.";
  }
  return {};
}

// The class that was written, if the sender may give it.
std::optional<std::int64_t> read_class(const Session& sender, std::string_view text) {
  const auto number = read_number(text);
  const bool may = number && Registrations::is_class(*number) && *number < sender.user_class();
  return may ? number : std::nullopt;
}

std::string wrong_class(const Session& sender) {
  return "The class must be a number from 1 to " + std::to_string(sender.user_class() - 1) + ".";
}

}  // namespace

std::string reg_command(HubCore& core, Session& sender, std::string_view args) {
  const auto [nick, rest] = cut_word(args);
  const auto [class_text, password] = cut_word(rest);
  const auto user_class = read_class(sender, class_text);
  if (!user_class) {
    return wrong_class(sender);
  }
  std::string done =
      std::string(nick) + " is registered now, with class " + std::to_string(*user_class);
  done += password.empty() ? "; the user sets a password with +passwd." : ".";
  std::string not_done = std::string(nick) + " is registered already, or is no valid nick.";
  const NewAccount account{.nick = std::string(nick),
                           .user_class = *user_class,
                           .password = std::string(password),
                           .op = sender.nick()};
  if (!can_register(core, account)) {
    return not_done;
  }
  sender.if_allowed(Hook::kOnNewReg, {account.op, account.nick, account.user_class},
                    [&core, &sender, account, done, not_done] {
                      answer_later(core, sender, register_user(core, account), done, not_done);
                    });
  return {};
}

std::string unreg_command(HubCore& core, Session& sender, std::string_view args) {
  const auto nick = cut_word(args).first;
  if (auto why = refusal(core, sender, nick); !why.empty()) {
    return why;
  }
  answer_later(core, sender, core.state().registrations().remove(nick),
               std::string(nick) + " is not registered any more.", {});
  return {};
}

std::string setclass_command(HubCore& core, Session& sender, std::string_view args) {
  const auto [nick, class_text] = cut_word(args);
  if (auto why = refusal(core, sender, nick); !why.empty()) {
    return why;
  }
  const auto user_class = read_class(sender, class_text);
  if (!user_class) {
    return wrong_class(sender);
  }
  answer_later(
      core, sender, core.state().registrations().set_class(nick, *user_class),
      std::string(nick) + " has class " + std::to_string(*user_class) + " from the next login on.",
      {});
  return {};
}

std::string passwd_command(HubCore& core, Session& sender, std::string_view args) {
  const auto* user = core.state().registrations().find(sender.nick());
  if (user == nullptr) {
    return "Your nick is not registered: ask an operator.";
  }
  if (user->is_from_config) {
    return "Your password is in the hub's config file: change it there.";
  }
  answer_later(core, sender, change_password(core, sender.nick(), std::string(args)),
               "Your password is set; you will be asked for it when you log in.",
               "Your nick is not registered: ask an operator.");
  return {};
}

}  // namespace hookline::hub
