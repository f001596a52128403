#pragma once

#include <string>
#include <string_view>

#include "hub/commands/accounts.h"
#include "hub/session/session.h"

namespace hookline::hub {

// Runs the chat commands about accounts. Each returns its answer, which is empty if it comes later.
//
// Thread safety: the hub's thread.
class AccountCommands {
 public:
  // The references must outlive this.
  AccountCommands(Accounts& accounts, Registrations& registrations)
      : accounts_(accounts), registrations_(registrations) {}

  [[nodiscard]] std::string reg(Session& sender, std::string_view args);
  [[nodiscard]] std::string unreg(Session& sender, std::string_view args);
  [[nodiscard]] std::string setclass(Session& sender, std::string_view args);
  [[nodiscard]] std::string passwd(Session& sender, std::string_view args);

 private:
  [[nodiscard]] std::string refusal(const Session& sender, std::string_view nick) const;

  Accounts& accounts_;
  Registrations& registrations_;
};

}  // namespace hookline::hub
