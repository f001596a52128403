#include "hub/commands/account_commands.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "hookline/verlihub/hooks.h"
#include "hub/base/text.h"

namespace hookline::hub {
namespace {

// Reads a class that the sender may give. Returns nullopt if it is not a class, or not below the
// sender's own.
std::optional<std::int64_t> read_class(const Session& sender, std::string_view text) {
  const auto number = read_number(text);
  const bool may = number && Registrations::is_class(*number) && *number < sender.user_class();
  return may ? number : std::nullopt;
}

std::string wrong_class(const Session& sender) {
  return "The class must be a number from 1 to " + std::to_string(sender.user_class() - 1) + ".";
}

}  // namespace

// Returns why the sender may not change that account; empty if the sender may.
std::string AccountCommands::refusal(const Session& sender, std::string_view nick) const {
  const auto* user = registrations_.find(nick);
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

std::string AccountCommands::reg(Session& sender, std::string_view args) {
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
  if (!accounts_.can_register(account)) {
    return not_done;
  }
  sender.commands().if_allowed(verlihub::kOnNewReg, {account.op, account.nick, account.user_class},
                               [this, &sender, account, done, not_done] {
                                 sender.commands().answer_later(accounts_.register_user(account),
                                                                done, not_done);
                               });
  return {};
}

std::string AccountCommands::unreg(Session& sender, std::string_view args) {
  const auto nick = cut_word(args).first;
  if (auto why = refusal(sender, nick); !why.empty()) {
    return why;
  }
  sender.commands().answer_later(registrations_.remove(nick),
                                 std::string(nick) + " is not registered any more.", {});
  return {};
}

std::string AccountCommands::setclass(Session& sender, std::string_view args) {
  const auto [nick, class_text] = cut_word(args);
  if (auto why = refusal(sender, nick); !why.empty()) {
    return why;
  }
  const auto user_class = read_class(sender, class_text);
  if (!user_class) {
    return wrong_class(sender);
  }
  sender.commands().answer_later(
      registrations_.set_class(nick, *user_class),
      std::string(nick) + " has class " + std::to_string(*user_class) + " from the next login on.",
      {});
  return {};
}

std::string AccountCommands::passwd(Session& sender, std::string_view args) {
  const auto* user = registrations_.find(sender.nick());
  if (user == nullptr) {
    return "Your nick is not registered: ask an operator.";
  }
  if (user->is_from_config) {
    return "Your password is in the hub's config file: change it there.";
  }
  sender.commands().answer_later(accounts_.change_password(sender.nick(), std::string(args)),
                                 "Your password is set; you will be asked for it when you log in.",
                                 "Your nick is not registered: ask an operator.");
  return {};
}

}  // namespace hookline::hub
