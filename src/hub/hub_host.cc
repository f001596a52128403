#include "hub/hub_host.h"

#include <array>
#include <cstddef>
#include <span>

#include "hub/vh_moderation.h"
#include "hub/vh_sends.h"
#include "hub/vh_settings.h"
#include "hub/vh_users.h"

namespace hookline {

struct HubHost::Row {
  Vh function;
  Result<Value> (*run)(HubCore&, const VhArgs&);  // nullptr: this hub does not have it
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
      {Vh::kKickUser, &kick_user},
      {Vh::kSetConfig, &set_config},
      {Vh::kTopic, &topic},
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
      {Vh::kAddRegUser, nullptr},
      {Vh::kDelRegUser, nullptr},
      {Vh::kSetRegClass, nullptr},
      {Vh::kBan, nullptr},
      {Vh::kDelNickTempBan, nullptr},
      {Vh::kDelIPTempBan, nullptr},
      {Vh::kParseCommand, nullptr},
      {Vh::kScriptCommand, nullptr},
      {Vh::kIsRobotNickBad, nullptr},
      {Vh::kAddRobot, nullptr},
      {Vh::kDelRobot, nullptr},
      {Vh::kSQL, nullptr},
      {Vh::kGetServFreq, nullptr},
      {Vh::kUserRestrictions, nullptr},
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
  if (row.run == nullptr) {
    return no_such_function(function);
  }
  return row.run(core_, args);
}

Result<Value> HubHost::vh_call(Vh function, std::span<const Value> args, const Caller& caller) {
  return run(function, VhArgs(args, caller));
}

Result<Value> HubHost::vh_read(Vh function, std::span<const std::string_view> texts,
                               const Caller& caller) {
  return run(function, VhArgs(texts, caller));
}

}  // namespace hookline
