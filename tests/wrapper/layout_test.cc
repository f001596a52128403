// Tests the binary interface: layouts and numbers that code compiled against the old header
// contains.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>

#include "hookline/verlihub/hooks.h"
#include "wrapper/callback_table.h"
#include "wrapper/wrapper.h"

namespace hookline::test {
namespace {

static_assert(sizeof(w_Telement) == 16 && alignof(w_Telement) == 8);
static_assert(offsetof(w_Telement, type) == 0);
static_assert(offsetof(w_Telement, l) == 8 && sizeof(w_Telement::l) == 8);
static_assert(offsetof(w_Telement, s) == 8);
static_assert(offsetof(w_Telement, d) == 8 && sizeof(w_Telement::d) == 8);
static_assert(offsetof(w_Telement, p) == 8);
static_assert(offsetof(w_Telement, L) == 8);
static_assert(offsetof(w_Telement, O) == 8);
static_assert(sizeof(w_Targs) == 8 && alignof(w_Targs) == 8);
static_assert(offsetof(w_Targs, format) == 0);
static_assert(offsetof(w_Targs, args) == 8);
static_assert(W_MAX_HOOKS == 100 && W_MAX_CALLBACKS == 100);

// clang-format off
#define HOOKLINE_OLD_HOOKS(X) \
  X(OnNewConn, 0) \
  X(OnCloseConn, 1) \
  X(OnCloseConnEx, 2) \
  X(OnParsedMsgChat, 3) \
  X(OnParsedMsgPM, 4) \
  X(OnParsedMsgMCTo, 5) \
  X(OnParsedMsgSearch, 6) \
  X(OnParsedMsgSR, 7) \
  X(OnParsedMsgMyINFO, 8) \
  X(OnFirstMyINFO, 9) \
  X(OnParsedMsgValidateNick, 10) \
  X(OnParsedMsgAny, 11) \
  X(OnParsedMsgAnyEx, 12) \
  X(OnOpChatMessage, 13) \
  X(OnPublicBotMessage, 14) \
  X(OnUnLoad, 15) \
  X(OnCtmToHub, 16) \
  X(OnParsedMsgSupports, 17) \
  X(OnParsedMsgMyHubURL, 18) \
  X(OnParsedMsgExtJSON, 19) \
  X(OnParsedMsgBotINFO, 20) \
  X(OnParsedMsgVersion, 21) \
  X(OnParsedMsgMyPass, 22) \
  X(OnParsedMsgConnectToMe, 23) \
  X(OnParsedMsgRevConnectToMe, 24) \
  X(OnUnknownMsg, 25) \
  X(OnOperatorCommand, 26) \
  X(OnOperatorKicks, 27) \
  X(OnOperatorDrops, 28) \
  X(OnOperatorDropsWithReason, 29) \
  X(OnValidateTag, 30) \
  X(OnUserCommand, 31) \
  X(OnHubCommand, 32) \
  X(OnScriptCommand, 33) \
  X(OnUserInList, 34) \
  X(OnUserLogin, 35) \
  X(OnUserLogout, 36) \
  X(OnTimer, 37) \
  X(OnNewReg, 38) \
  X(OnNewBan, 39) \
  X(OnSetConfig, 40)

#define HOOKLINE_OLD_CALLBACKS(X) \
  X(SendToOpChat, 0) \
  X(SendToActive, 1) \
  X(SendToPassive, 2) \
  X(SendToActiveClass, 3) \
  X(SendToPassiveClass, 4) \
  X(SendDataToUser, 5) \
  X(SendDataToAll, 6) \
  X(SendPMToAll, 7) \
  X(CloseConnection, 8) \
  X(GetMyINFO, 9) \
  X(SetMyINFO, 10) \
  X(GetUserClass, 11) \
  X(GetUserHost, 12) \
  X(GetUserIP, 13) \
  X(SetUserIP, 14) \
  X(SetMyINFOFlag, 15) \
  X(UnsetMyINFOFlag, 16) \
  X(GetUserHubURL, 17) \
  X(GetUserExtJSON, 18) \
  X(GetUserCC, 19) \
  X(GetIPCC, 20) \
  X(GetIPCN, 21) \
  X(GetIPCity, 22) \
  X(GetIPASN, 23) \
  X(GetGeoIP, 24) \
  X(GetNickList, 25) \
  X(GetOpList, 26) \
  X(GetBotList, 27) \
  X(AddRegUser, 28) \
  X(DelRegUser, 29) \
  X(SetRegClass, 30) \
  X(Ban, 31) \
  X(KickUser, 32) \
  X(DelNickTempBan, 33) \
  X(DelIPTempBan, 34) \
  X(ParseCommand, 35) \
  X(ScriptCommand, 36) \
  X(SetConfig, 37) \
  X(GetConfig, 38) \
  X(IsRobotNickBad, 39) \
  X(AddRobot, 40) \
  X(DelRobot, 41) \
  X(SQL, 42) \
  X(SQLQuery, 43) \
  X(SQLFetch, 44) \
  X(SQLFree, 45) \
  X(GetServFreq, 46) \
  X(GetUsersCount, 47) \
  X(GetTotalShareSize, 48) \
  X(UserRestrictions, 49) \
  X(Topic, 50) \
  X(mc, 51) \
  X(usermc, 52) \
  X(classmc, 53) \
  X(pm, 54) \
  X(name_and_version, 55) \
  X(StopHub, 56)
// clang-format on

// The header and the table have the order of the old interface.
#define HOOKLINE_CHECK(name, number)   \
  static_assert(W_##name == (number)); \
  static_assert(static_cast<int>(verlihub::k##name) == (number));
HOOKLINE_OLD_HOOKS(HOOKLINE_CHECK)
#undef HOOKLINE_CHECK
static_assert(verlihub::kHookCount == 41);

#define HOOKLINE_CHECK(name, number) static_assert(W_##name == (number));
HOOKLINE_OLD_CALLBACKS(HOOKLINE_CHECK)
#undef HOOKLINE_CHECK
static_assert(wrapper::kCallbackCount == 57);

TEST(Layout, NamesGoWithTheirNumbers){
#define HOOKLINE_CHECK(name, number) EXPECT_STREQ(w_HookName(number), #name);
    HOOKLINE_OLD_HOOKS(HOOKLINE_CHECK)
#undef HOOKLINE_CHECK
#define HOOKLINE_CHECK(name, number) EXPECT_STREQ(w_CallName(number), #name);
        HOOKLINE_OLD_CALLBACKS(HOOKLINE_CHECK)
#undef HOOKLINE_CHECK
}

// Reads a result directly, without a function of the library, like old code does.
TEST(Layout, AResultIsReadByHand) {
  w_Targs* const args = w_pack("lsd", 7L, "text", 2.5);
  ASSERT_NE(args, nullptr);
  const auto* bytes = reinterpret_cast<const unsigned char*>(args);
  EXPECT_EQ(bytes[8], 'l');
  EXPECT_EQ(bytes[24], 's');
  EXPECT_EQ(bytes[40], 'd');
  EXPECT_EQ(*reinterpret_cast<const long*>(bytes + 16), 7);
  EXPECT_STREQ(*reinterpret_cast<const char* const*>(bytes + 32), "text");
  EXPECT_EQ(*reinterpret_cast<const double*>(bytes + 48), 2.5);
  std::free(args);
}

}  // namespace
}  // namespace hookline::test
