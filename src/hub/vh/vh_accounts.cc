// Defines the functions of `vh` for accounts. Their futures complete, on any thread, when the
// change is durable.

#include <array>
#include <string>
#include <utility>

#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

constexpr auto kAccountFunctions = std::to_array<VhEntry>({
    {Vh::kAddRegUser,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       NewAccount account{.nick = std::string(args.text(0)),
                          .user_class = args.number(1),
                          .password = std::string(args.text(2)),
                          .op = args.text_or(3, hub.config.bot_name)};
       if (!hub.accounts.can_register(account)) {
         return make_ready_future<Value>(false);
       }
       const List told{account.op, account.nick, account.user_class};
       return hub.others.if_others_allow(args.caller(), verlihub::kOnNewReg, told,
                                         [&hub, account = std::move(account)]() mutable {
                                           return hub.accounts.register_user(std::move(account));
                                         });
     }},
    {Vh::kDelRegUser,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       return hub.registrations.remove(args.text(0));
     }},
    {Vh::kSetRegClass,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       return hub.registrations.set_class(args.text(0), args.number(1));
     }},
});

}  // namespace

std::span<const VhEntry> vh_accounts() noexcept { return kAccountFunctions; }

}  // namespace hookline::hub
