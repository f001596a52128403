#include "hub/session/hub_host.h"

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "hookline/future.h"
#include "hookline/vh_table.h"
#include "hub/base/hub_text.h"
#include "hub/vh/vh_accounts.h"
#include "hub/vh/vh_bots.h"
#include "hub/vh/vh_control.h"
#include "hub/vh/vh_geo.h"
#include "hub/vh/vh_info.h"
#include "hub/vh/vh_moderation.h"
#include "hub/vh/vh_scripts.h"
#include "hub/vh/vh_sends.h"
#include "hub/vh/vh_settings.h"
#include "hub/vh/vh_users.h"

namespace hookline::hub {

struct HubHost::Row {
  Vh function;
  Result<Value> (*run)(HubCore&, const VhArgs&);
  // For one that answers later. With neither, this hub does not have it.
  Future<Value> (*start)(HubCore&, const VhArgs&) = nullptr;
};

std::span<const HubHost::Row> HubHost::rows() noexcept {
  static constexpr auto kRows = std::to_array<Row>({
      {Vh::kSendDataToUser, &send_data_to_user},
      {Vh::kSendDataToAll, &send_data_to_all},
      {Vh::kSendToOpChat, &send_to_op_chat},
      {Vh::kSendPMToAll, &send_pm_to_all},
      {Vh::kCloseConnection, &close_connection},
      {Vh::kmc, &mc},
      {Vh::kusermc, &usermc},
      {Vh::kclassmc, &classmc},
      {Vh::kpm, &pm},
      {Vh::kKickUser, nullptr, &kick_user},
      {Vh::kSetConfig, nullptr, &set_config},
      {Vh::kTopic, nullptr, &topic},
      {Vh::kGetMyINFO, &get_my_info},
      {Vh::kGetUserClass, &get_user_class},
      {Vh::kGetUserIP, &get_user_ip},
      {Vh::kGetUserHost, &get_user_host},
      {Vh::kGetNickList, &get_nick_list},
      {Vh::kGetOpList, &get_op_list},
      {Vh::kGetBotList, &get_bot_list},
      {Vh::kGetRawNickList, &get_raw_nick_list},
      {Vh::kGetRawOpList, &get_raw_op_list},
      {Vh::kGetRawBotList, &get_raw_bot_list},
      {Vh::kGetUsersCount, &get_users_count},
      {Vh::kGetTotalShareSize, &get_total_share_size},
      {Vh::kGetConfig, &get_config},
      {Vh::kSendToActive, &send_to_active},
      {Vh::kSendToPassive, &send_to_passive},
      {Vh::kSendToActiveClass, &send_to_active_class},
      {Vh::kSendToPassiveClass, &send_to_passive_class},
      {Vh::kSetMyINFO, &set_my_info},
      {Vh::kSetUserIP, &set_user_ip},
      {Vh::kSetMyINFOFlag, &set_my_info_flag},
      {Vh::kUnsetMyINFOFlag, &unset_my_info_flag},
      {Vh::kGetUserHubURL, &get_user_hub_url},
      {Vh::kGetUserExtJSON, &get_user_ext_json},
      {Vh::kGetUserCC, &get_user_cc},
      {Vh::kGetIPCC, &get_ip_cc},
      {Vh::kGetIPCN, &get_ip_cn},
      {Vh::kGetIPCity, &get_ip_city},
      {Vh::kGetIPASN, &get_ip_asn},
      {Vh::kGetGeoIP, &get_geo_ip},
      {Vh::kAddRegUser, nullptr, &add_reg_user},
      {Vh::kDelRegUser, nullptr, &del_reg_user},
      {Vh::kSetRegClass, nullptr, &set_reg_class},
      {Vh::kBan, nullptr, &ban},
      {Vh::kDelNickTempBan, nullptr, &del_nick_temp_ban},
      {Vh::kDelIPTempBan, nullptr, &del_ip_temp_ban},
      {Vh::kParseCommand, &parse_command},
      {Vh::kScriptCommand, &script_command},
      {Vh::kScriptQuery, nullptr, &script_query},
      {Vh::kIsRobotNickBad, &is_robot_nick_bad},
      {Vh::kAddRobot, &add_robot},
      {Vh::kDelRobot, &del_robot},
      {Vh::kSQL, nullptr, &sql},
      {Vh::kGetServFreq, &get_serv_freq},
      {Vh::kUserRestrictions, nullptr, &user_restrictions},
      {Vh::kStopHub, &stop_hub},
  });
  static_assert(kRows.size() == kVhFunctions.size());
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
    return row.run(core_, args);
  }
  return row.start != nullptr ? row.start(core_, args).get() : no_such_function(function);
}

void HubHost::vh_start(Vh function, std::span<const Value> args, const Caller& caller,
                       Promise<Value> promise) {
  const Row& row = rows()[static_cast<std::size_t>(function)];
  if (row.start != nullptr) {
    row.start(core_, VhArgs(args, caller)).forward_to(std::move(promise));
  } else {
    promise.set(run(function, VhArgs(args, caller)));
  }
}

Result<Value> HubHost::vh_call(Vh function, std::span<const Value> args, const Caller& caller) {
  return run(function, VhArgs(args, caller));
}

void HubHost::on_script_named(const std::string& name, const std::string& version,
                              const Caller& caller) {
  core_.script_names().set(caller, hub_text(core_.config(), name),
                           hub_text(core_.config(), version));
}

void HubHost::on_script_unloaded(const Caller& caller) {
  core_.bots().remove_all(caller);
  core_.script_names().forget(caller);
}

Result<Value> HubHost::vh_read(Vh function, std::span<const std::string_view> texts,
                               const Caller& caller) {
  return run(function, VhArgs(texts, caller));
}

}  // namespace hookline::hub
