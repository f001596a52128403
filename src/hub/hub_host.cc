#include "hub/hub_host.h"

#include <array>
#include <cstddef>
#include <utility>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hub/base/text.h"

namespace hookline::hub {

// Has the method that runs a function of `vh`: it answers either immediately or later.
struct HubHost::Row {
  Vh function;
  Result<Value> (*run)(HubHost&, const VhArgs&);
  Future<Value> (*start)(HubHost&, const VhArgs&) = nullptr;

  template <auto Group, auto Method>
  static Result<Value> now(HubHost& host, const VhArgs& args) {
    return ((host.*Group).*Method)(args);
  }
  template <auto Group, auto Method>
  static Future<Value> later(HubHost& host, const VhArgs& args) {
    return ((host.*Group).*Method)(args);
  }
};

HubHost::HubHost(HubCore& core)
    : config_(core.config()),
      names_(core.script_names()),
      script_bots_(core.bots()),
      announcer_(core.announcer()),
      sends_(core.config(), core.roster(), core.scripts(), core.announcer()),
      users_(core.directory()),
      info_(core.roster(), core.bots()),
      geo_(core.geo(), core.directory(), core.config()),
      bots_(core.config(), core.roster(), core.state().registrations(), core.bots()),
      moderation_(core.roster(), core.moderation(), core.other_scripts(), core.state().bans(),
                  core.state().restrictions(), core.clock()),
      accounts_(core.config(), core.accounts(), core.state().registrations(), core.other_scripts()),
      settings_(core.settings(), core.live_settings(), core.other_scripts(), core.state().sql()),
      control_(core.config(), core.clock(), core.turns(), core.stop_switch(), core.roster(),
               core.scripts(), core.other_scripts()) {}

std::span<const HubHost::Row> HubHost::rows() noexcept {
  static constexpr auto kRows = std::to_array<Row>({
      {Vh::kmc, &Row::now<&HubHost::sends_, &VhSends::mc>},
      {Vh::kusermc, &Row::now<&HubHost::sends_, &VhSends::usermc>},
      {Vh::kclassmc, &Row::now<&HubHost::sends_, &VhSends::classmc>},
      {Vh::kpm, &Row::now<&HubHost::sends_, &VhSends::pm>},
      {Vh::kSendPMToAll, &Row::now<&HubHost::sends_, &VhSends::send_pm_to_all>},
      {Vh::kSendToOpChat, &Row::now<&HubHost::sends_, &VhSends::send_to_op_chat>},
      {Vh::kSendDataToUser, &Row::now<&HubHost::sends_, &VhSends::send_data_to_user>},
      {Vh::kSendDataToAll, &Row::now<&HubHost::sends_, &VhSends::send_data_to_all>},
      {Vh::kSendToActive, &Row::now<&HubHost::sends_, &VhSends::send_to_active>},
      {Vh::kSendToPassive, &Row::now<&HubHost::sends_, &VhSends::send_to_passive>},
      {Vh::kSendToActiveClass, &Row::now<&HubHost::sends_, &VhSends::send_to_active_class>},
      {Vh::kSendToPassiveClass, &Row::now<&HubHost::sends_, &VhSends::send_to_passive_class>},
      {Vh::kGetMyINFO, &Row::now<&HubHost::users_, &VhUsers::get_my_info>},
      {Vh::kSetMyINFO, &Row::now<&HubHost::info_, &VhInfo::set_my_info>},
      {Vh::kSetMyINFOFlag, &Row::now<&HubHost::info_, &VhInfo::set_my_info_flag>},
      {Vh::kUnsetMyINFOFlag, &Row::now<&HubHost::info_, &VhInfo::unset_my_info_flag>},
      {Vh::kGetUserClass, &Row::now<&HubHost::users_, &VhUsers::get_user_class>},
      {Vh::kGetUserHubURL, &Row::now<&HubHost::users_, &VhUsers::get_user_hub_url>},
      {Vh::kGetUserExtJSON, &Row::now<&HubHost::users_, &VhUsers::get_user_ext_json>},
      {Vh::kGetNickList, &Row::now<&HubHost::users_, &VhUsers::get_nick_list>},
      {Vh::kGetOpList, &Row::now<&HubHost::users_, &VhUsers::get_op_list>},
      {Vh::kGetBotList, &Row::now<&HubHost::users_, &VhUsers::get_bot_list>},
      {Vh::kGetRawNickList, &Row::now<&HubHost::users_, &VhUsers::get_raw_nick_list>},
      {Vh::kGetRawOpList, &Row::now<&HubHost::users_, &VhUsers::get_raw_op_list>},
      {Vh::kGetRawBotList, &Row::now<&HubHost::users_, &VhUsers::get_raw_bot_list>},
      {Vh::kGetUsersCount, &Row::now<&HubHost::users_, &VhUsers::get_users_count>},
      {Vh::kGetTotalShareSize, &Row::now<&HubHost::users_, &VhUsers::get_total_share_size>},
      {Vh::kGetUserIP, &Row::now<&HubHost::users_, &VhUsers::get_user_ip>},
      {Vh::kSetUserIP, &Row::now<&HubHost::info_, &VhInfo::set_user_ip>},
      {Vh::kGetUserHost, &Row::now<&HubHost::users_, &VhUsers::get_user_host>},
      {Vh::kGetUserCC, &Row::now<&HubHost::geo_, &VhGeo::get_user_cc>},
      {Vh::kGetIPCC, &Row::now<&HubHost::geo_, &VhGeo::get_ip_cc>},
      {Vh::kGetIPCN, &Row::now<&HubHost::geo_, &VhGeo::get_ip_cn>},
      {Vh::kGetIPCity, &Row::now<&HubHost::geo_, &VhGeo::get_ip_city>},
      {Vh::kGetIPASN, &Row::now<&HubHost::geo_, &VhGeo::get_ip_asn>},
      {Vh::kGetGeoIP, &Row::now<&HubHost::geo_, &VhGeo::get_geo_ip>},
      {Vh::kKickUser, nullptr, &Row::later<&HubHost::moderation_, &VhModeration::kick_user>},
      {Vh::kCloseConnection, &Row::now<&HubHost::moderation_, &VhModeration::close_connection>},
      {Vh::kBan, nullptr, &Row::later<&HubHost::moderation_, &VhModeration::ban>},
      {Vh::kDelNickTempBan, nullptr,
       &Row::later<&HubHost::moderation_, &VhModeration::del_nick_temp_ban>},
      {Vh::kDelIPTempBan, nullptr,
       &Row::later<&HubHost::moderation_, &VhModeration::del_ip_temp_ban>},
      {Vh::kUserRestrictions, nullptr,
       &Row::later<&HubHost::moderation_, &VhModeration::user_restrictions>},
      {Vh::kAddRegUser, nullptr, &Row::later<&HubHost::accounts_, &VhAccounts::add_reg_user>},
      {Vh::kDelRegUser, nullptr, &Row::later<&HubHost::accounts_, &VhAccounts::del_reg_user>},
      {Vh::kSetRegClass, nullptr, &Row::later<&HubHost::accounts_, &VhAccounts::set_reg_class>},
      {Vh::kIsRobotNickBad, &Row::now<&HubHost::bots_, &VhBots::is_robot_nick_bad>},
      {Vh::kAddRobot, &Row::now<&HubHost::bots_, &VhBots::add_robot>},
      {Vh::kDelRobot, &Row::now<&HubHost::bots_, &VhBots::del_robot>},
      {Vh::kScriptCommand, &Row::now<&HubHost::control_, &VhControl::script_command>},
      {Vh::kScriptQuery, nullptr, &Row::later<&HubHost::control_, &VhControl::script_query>},
      {Vh::kParseCommand, &Row::now<&HubHost::control_, &VhControl::parse_command>},
      {Vh::kGetConfig, &Row::now<&HubHost::settings_, &VhSettings::get_config>},
      {Vh::kSetConfig, nullptr, &Row::later<&HubHost::settings_, &VhSettings::set_config>},
      {Vh::kTopic, nullptr, &Row::later<&HubHost::settings_, &VhSettings::topic>},
      {Vh::kSQL, nullptr, &Row::later<&HubHost::settings_, &VhSettings::sql>},
      {Vh::kGetServFreq, &Row::now<&HubHost::control_, &VhControl::get_serv_freq>},
      {Vh::kStopHub, &Row::now<&HubHost::control_, &VhControl::stop_hub>},
  });
  static_assert(kRows.size() == verlihub::kVhFunctions.size());
  static_assert([] {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
      if (static_cast<std::size_t>(kRows[i].function) != i) {
        return false;
      }
    }
    return true;
  }());
  return kRows;
}

Result<Value> HubHost::run(Vh function, const VhArgs& args) {
  const Row& row = rows()[static_cast<std::size_t>(function)];
  if (row.run != nullptr) {
    return row.run(*this, args);
  }
  return row.start != nullptr ? row.start(*this, args).get() : no_such_function(function);
}

Future<Value> HubHost::start(Vh function, std::span<const Value> args, const Caller& caller) {
  const Row& row = rows()[static_cast<std::size_t>(function)];
  const VhArgs given(args, caller);
  return row.start != nullptr ? row.start(*this, given)
                              : make_ready_future<Value>(run(function, given));
}

Result<Value> HubHost::call(Vh function, std::span<const Value> args, const Caller& caller) {
  return run(function, VhArgs(args, caller));
}

void HubHost::on_script_named(const std::string& name, const std::string& version,
                              const Caller& caller) {
  names_.set(caller, hub_text(config_.encoding, name), hub_text(config_.encoding, version));
}

void HubHost::on_script_unloaded(const Caller& caller) {
  script_bots_.remove_all(caller);
  names_.forget(caller);
}

void HubHost::on_script_notice(const Caller& caller, const std::string& notice) {
  announcer_.tell_of_script(caller, notice);
}

Result<Value> HubHost::read(Vh function, std::span<const std::string_view> texts,
                            const Caller& caller) {
  return run(function, VhArgs(texts, caller));
}

}  // namespace hookline::hub
