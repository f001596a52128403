#include "hub/hub_host.h"

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "hub/vh_accounts.h"
#include "hub/vh_moderation.h"
#include "hub/vh_sends.h"
#include "hub/vh_settings.h"
#include "hub/vh_users.h"

namespace hookline {

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
      {Vh::kGetUserHost, &get_user_ip},  // names are not looked up
      {Vh::kGetNickList, &get_nick_list},
      {Vh::kGetOpList, &get_op_list},
      {Vh::kGetBotList, &get_bot_list},
      {Vh::kGetUsersCount, &get_users_count},
      {Vh::kGetTotalShareSize, &get_total_share_size},
      {Vh::kGetConfig, &get_config},
      {Vh::kSendToActive, nullptr},
      {Vh::kSendToPassive, nullptr},
      {Vh::kSendToActiveClass, nullptr},
      {Vh::kSendToPassiveClass, nullptr},
      {Vh::kSetMyINFO, nullptr},
      {Vh::kSetUserIP, nullptr},
      {Vh::kSetMyINFOFlag, nullptr},
      {Vh::kUnsetMyINFOFlag, nullptr},
      {Vh::kGetUserHubURL, nullptr},
      {Vh::kGetUserExtJSON, nullptr},
      {Vh::kGetUserCC, nullptr},
      {Vh::kGetIPCC, nullptr},
      {Vh::kGetIPCN, nullptr},
      {Vh::kGetIPCity, nullptr},
      {Vh::kGetIPASN, nullptr},
      {Vh::kGetGeoIP, nullptr},
      {Vh::kAddRegUser, nullptr, &add_reg_user},
      {Vh::kDelRegUser, nullptr, &del_reg_user},
      {Vh::kSetRegClass, nullptr, &set_reg_class},
      {Vh::kBan, nullptr, &ban},
      {Vh::kDelNickTempBan, nullptr, &del_nick_temp_ban},
      {Vh::kDelIPTempBan, nullptr, &del_ip_temp_ban},
      {Vh::kParseCommand, nullptr},
      {Vh::kScriptCommand, nullptr},
      {Vh::kIsRobotNickBad, nullptr},
      {Vh::kAddRobot, nullptr},
      {Vh::kDelRobot, nullptr},
      {Vh::kSQL, nullptr, &sql},
      {Vh::kGetServFreq, nullptr},
      {Vh::kUserRestrictions, nullptr, &user_restrictions},
      {Vh::kStopHub, nullptr},
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

Result<Value> HubHost::vh_read(Vh function, std::span<const std::string_view> texts,
                               const Caller& caller) {
  return run(function, VhArgs(texts, caller));
}

}  // namespace hookline
