#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {
namespace {

class BadBytesTest : public HubTest {};

// 0xe9 is an e with an acute accent in CP1252, and invalid in UTF-8.
TEST_F(BadBytesTest, ALineThatIsNoTextReachesTheHooksAndLeavesAsItCame) {
  start({{"seen",
          "seen = []\n"
          "def OnParsedMsgChat(nick, message): seen.append(message)\n"
          "def get(): return ascii(seen)\n"}});
  auto a = login("A");
  auto b = login("B");
  a.chat("caf\xe9 \x80\xff\xc3");
  b.expect("<A> caf\xe9 \x80\xff\xc3");
  EXPECT_EQ(*call("seen", "get").as<std::string>(), "['caf\\udce9 \\udc80\\udcff\\udcc3']");
}

TEST_F(BadBytesTest, AFilterCannotBeBypassedByThem) {
  start({{"filter", "def OnParsedMsgChat(nick, message): return 'spam' not in message\n"}});
  auto a = login("A");
  auto b = login("B");
  a.chat("\xe9 spam \xff");
  a.chat("\xe9 fine \xff");
  b.expect("<A> \xe9 fine \xff");
  EXPECT_FALSE(has(b.sync(), "spam"));
}

TEST_F(BadBytesTest, AReplacementKeepsTheBytesThatItKeeps) {
  start({{"filter", "def OnParsedMsgChat(nick, message): return message.replace('bad', '***')\n"}});
  auto a = login("A");
  auto b = login("B");
  a.chat("\xe9 bad \xff");
  b.expect("<A> \xe9 *** \xff");
}

TEST_F(BadBytesTest, NicksPrivateMessagesAndDescriptionsMayHaveThem) {
  start({{"echo", R"(
import vh
def OnParsedMsgPM(nick, message, to):
    vh.pm(message, nick)
    vh.usermc(vh.GetMyINFO(nick)[1], nick)
)"}});
  auto a = login("J\xf6rg", {.my_info = "caf\xe9<t V:1>$ $1\x01$$0$"});
  auto b = login("B");
  a.pm("B", "\xe9\xff");
  b.expect("$To: B From: J\xf6rg $<J\xf6rg> \xe9\xff");
  a.expect("$To: J\xf6rg From: HubBot $<HubBot> \xe9\xff");
  a.expect("<HubBot> caf\xe9");
}

TEST_F(BadBytesTest, AnotherEncodingIsDecodedByIt) {
  config.encoding = "cp1252";
  start({{"seen",
          "seen = []\n"
          "def OnParsedMsgChat(nick, message):\n"
          "    seen.append(message)\n"
          "    return message.upper()\n"
          "def get(): return ascii(seen)\n"}});
  auto a = login("A");
  a.chat("caf\xe9 \x81");  // 0x81 means nothing in CP1252
  a.expect("<A> CAF\xc9 \x81");
  EXPECT_EQ(*call("seen", "get").as<std::string>(), "['caf\\xe9 \\udc81']");
}

}  // namespace
}  // namespace hookline::test
