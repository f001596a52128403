#include "hub/nmdc/nmdc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace hookline::hub::nmdc {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4u]);
    out.push_back(kDigits[byte & 15u]);
  }
  return out;
}

// Unwraps the result of a parser that must succeed.
template <class T>
T must(const std::optional<T>& parsed) {
  EXPECT_TRUE(parsed);
  return parsed.value_or(T());
}

TEST(LockToKey, HasTheKeysOfKnownLocks) {
  EXPECT_EQ(hex(lock_to_key("EXTENDEDPROTOCOL_feashub0123456789abcdef")),
            "34d1c011b0a010104120d1b1b1c0c0303193304021b1d1712510301070103010f010853010701030");
  EXPECT_EQ(hex(lock_to_key("LegacyLockNoExt0123456789abcdefgh")),
            "6492202f2544434e303936252f20a15332c0805212a2d3c04410301070103010f01085301070103010f0");
}

TEST(LockToKey, ToleratesAnyLock) {
  EXPECT_EQ(lock_to_key(""), "");
  EXPECT_EQ(lock_to_key("x"), "");
  EXPECT_FALSE(lock_to_key(std::string(2, '\0')).empty());
}

TEST(Escape, ReplacesWhatCannotTravel) {
  EXPECT_EQ(escape("a$b|c`d~e\x05"), "a&#36;b&#124;c&#96;d&#126;e&#5;");
  EXPECT_EQ(escape_text("a$b|c`d"), "a&#36;b&#124;c`d");
  EXPECT_EQ(unescape("a&#36;b&#124;c&#96;d&#126;e&#5;"), "a$b|c`d~e\x05");
}

TEST(Escape, LeavesOtherEntitiesAlone) {
  EXPECT_EQ(unescape("&#35; &amp; &#3"), "&#35; &amp; &#3");
  EXPECT_EQ(unescape("&#&#36;"), "&#$");
}

TEST(ReadCommand, TellsTheKindsApart) {
  EXPECT_EQ(read_command("").kind, CommandKind::kEmpty);
  EXPECT_EQ(read_command("<a> b").kind, CommandKind::kChat);
  EXPECT_EQ(read_command("GET / HTTP/1.1").kind, CommandKind::kGarbage);
  EXPECT_EQ(read_command("$Nonsense 1").kind, CommandKind::kUnknown);
  EXPECT_EQ(read_command("$To: a From: b $<b> c").kind, CommandKind::kTo);
  EXPECT_EQ(read_command("$To a").kind, CommandKind::kUnknown);
  EXPECT_EQ(read_command("$GetNickList").kind, CommandKind::kGetNickList);
  EXPECT_EQ(read_command("$SR a").args, "a");
  EXPECT_EQ(read_command("$SRx a").kind, CommandKind::kUnknown);
}

TEST(ParseSupports, KnowsWhatItKnows) {
  EXPECT_EQ(parse_supports("UserCommand NoGetINFO NoHello UserIP2 TTHSearch ZPipe0 TLS "),
            kNoGetInfo | kNoHello | kUserIp2);
  EXPECT_EQ(parse_supports(""), 0u);
}

TEST(ParseChat, SplitsNickAndText) {
  const auto chat = must(parse_chat("<a> hello > there"));
  EXPECT_EQ(chat.nick, "a");
  EXPECT_EQ(chat.text, "hello > there");
  EXPECT_EQ(must(parse_chat("<a> ")).text, "");
  EXPECT_EQ(must(parse_chat("<a>")).text, "");
  for (const auto* bad : {"<", "<>", "<> x", "<a", "<a>x", "a> b"}) {
    EXPECT_FALSE(parse_chat(bad)) << bad;
  }
}

TEST(ParsePrivate, TakesAllFourParts) {
  const auto message = must(parse_private("bob From: alice $<ali> hi $5 <b> "));
  EXPECT_EQ(message.to, "bob");
  EXPECT_EQ(message.from, "alice");
  EXPECT_EQ(message.shown, "ali");
  EXPECT_EQ(message.text, "hi $5 <b> ");
  for (const auto* bad : {"", "bob", "bob From:", "bob From: a", "bob From: a $", "bob From: a $b",
                          "bob From: a <a> x", " From: a $<a> x", "bob From:  $<a> x"}) {
    EXPECT_FALSE(parse_private(bad)) << bad;
  }
}

TEST(ParseMainChatTo, TakesAllThreeParts) {
  const auto message = must(parse_main_chat_to("bob $alice hi there"));
  EXPECT_EQ(message.to, "bob");
  EXPECT_EQ(message.from, "alice");
  EXPECT_EQ(message.text, "hi there");
  for (const auto* bad : {"", "bob", "bob alice x", "bob $ x", " $alice x"}) {
    EXPECT_FALSE(parse_main_chat_to(bad)) << bad;
  }
}

TEST(ParseMyInfo, ReadsWhatAClientSends) {
  const auto info =
      must(parse_my_info("$ALL A sharing <ncdc V:1.23.1,M:P,H:1/0/0,S:10>$ $0.005\x11$a@b$12$"));
  EXPECT_EQ(info.nick, "A");
  EXPECT_EQ(info.desc, "sharing ");
  EXPECT_EQ(info.tag, "<ncdc V:1.23.1,M:P,H:1/0/0,S:10>");
  EXPECT_EQ(info.speed, "0.005");
  EXPECT_EQ(info.flag, '\x11');
  EXPECT_EQ(info.mail, "a@b");
  EXPECT_EQ(info.size, "12");
  EXPECT_EQ(info.bytes, 12u);
  EXPECT_EQ(make_my_info(info),
            "$MyINFO $ALL A sharing <ncdc V:1.23.1,M:P,H:1/0/0,S:10>$ $0.005\x11$a@b$12$|");
}

TEST(ParseMyInfo, ToleratesEmptyParts) {
  const auto info = must(parse_my_info("$ALL A $ $$$$"));
  EXPECT_EQ(info.nick, "A");
  EXPECT_EQ(info.tag, "");
  EXPECT_EQ(info.bytes, 0u);
  EXPECT_EQ(must(parse_my_info("$ALL A no tag>$ $1\x01$$$")).tag, "");
}

TEST(ParseMyInfo, RefusesTheRest) {
  for (const auto* bad :
       {"", "$ALL A", "$ALL A $ $$", "A $ $$$0$", "$ALL $ $1$$0$", "$ALL A $ $1\x01$$many$",
        "$ALL A $ $1\x01$$-1$", "$ALL A $ $1\x01$$99999999999999999999$"}) {
    EXPECT_FALSE(parse_my_info(bad)) << bad;
  }
}

TEST(IsActiveTag, FindsTheMode) {
  EXPECT_TRUE(is_active_tag("<++ V:0.1,M:A,H:1/0/0,S:1>"));
  EXPECT_TRUE(is_active_tag("<c M:A>"));
  EXPECT_FALSE(is_active_tag("<++ V:0.1,M:P,H:1/0/0,S:1>"));
  EXPECT_FALSE(is_active_tag("<++ V:0.1,M:5,H:1/0/0,S:1>"));
  EXPECT_FALSE(is_active_tag("<c XM:A>"));
  EXPECT_FALSE(is_active_tag("<c M:AB>"));
  EXPECT_FALSE(is_active_tag("<c M:A"));
  EXPECT_FALSE(is_active_tag("M:A"));
  EXPECT_FALSE(is_active_tag(""));
}

TEST(ParseSearch, KnowsBothForms) {
  const auto passive = must(parse_search("Hub:A F?T?0?1?ubuntu$iso"));
  EXPECT_TRUE(passive.passive);
  EXPECT_EQ(passive.nick, "A");
  EXPECT_EQ(passive.query, "F?T?0?1?ubuntu$iso");
  const auto active = must(parse_search("10.0.0.1:412 F?T?0?1?x"));
  EXPECT_FALSE(active.passive);
  EXPECT_EQ(active.ip, "10.0.0.1");
  EXPECT_EQ(active.port, "412");
  EXPECT_EQ(must(parse_search("[::1]:412 F?T?0?1?x")).ip, "::1");
  for (const auto* bad : {"", "Hub: F?T?0?1?x", "Hub:A F?T?0?x", "10.0.0.1 F?T?0?1?x",
                          "10.0.0.1:0 F?T?0?1?x", "10.0.0.1:70000 F?T?0?1?x", ":1 F?T?0?1?x"}) {
    EXPECT_FALSE(parse_search(bad)) << bad;
  }
}

TEST(ParseSearchResult, CutsTheTargetOff) {
  const auto result =
      must(parse_search_result("A dir\\file\x05"
                               "1 2/3\x05Hub (h:1)\x05"
                               "B"));
  EXPECT_EQ(result.from, "A");
  EXPECT_EQ(result.to, "B");
  EXPECT_EQ(result.forwarded,
            "A dir\\file\x05"
            "1 2/3\x05Hub (h:1)");
  for (const auto* bad : {"", "A file", "A file\x05",
                          "\x05"
                          "B",
                          "A\x05"
                          "B",
                          " x\x05"
                          "B"}) {
    EXPECT_FALSE(parse_search_result(bad)) << bad;
  }
}

TEST(ParseConnectToMe, TakesPortsWithLetters) {
  const auto connect = must(parse_connect_to_me("B 127.0.0.1:3000S"));
  EXPECT_EQ(connect.other, "B");
  EXPECT_EQ(connect.ip, "127.0.0.1");
  EXPECT_EQ(connect.port, "3000S");
  EXPECT_EQ(must(parse_connect_to_me("B 127.0.0.1:3000N A")).port, "3000N");
  for (const auto* bad :
       {"", "B", "B 127.0.0.1", "B 127.0.0.1:S", " 127.0.0.1:1", "B 127.0.0.1:1ABCDE"}) {
    EXPECT_FALSE(parse_connect_to_me(bad)) << bad;
  }
}

TEST(ParseTwoNicks, WantsExactlyTwo) {
  EXPECT_EQ(must(parse_two_nicks("A B")).second, "B");
  for (const auto* bad : {"", "A", "A ", " B", "A B C"}) {
    EXPECT_FALSE(parse_two_nicks(bad)) << bad;
  }
}

TEST(IsValidNick, RefusesDelimitersAndControls) {
  EXPECT_TRUE(is_valid_nick("A[1]{x}&#36;", 64));
  EXPECT_TRUE(is_valid_nick("\xe9t\xe9", 3));
  for (const auto* bad : {"", "a b", "a$b", "a|b", "a<b", "a>b", "a\tb", "a\x7f", "abcd"}) {
    EXPECT_FALSE(is_valid_nick(bad, 3)) << bad;
  }
  EXPECT_FALSE(is_valid_nick(std::string_view("a\0b", 3), 64));
}

TEST(Make, WritesCommands) {
  EXPECT_EQ(make({"$Hello ", "A"}), "$Hello A|");
  EXPECT_EQ(make_chat("A", "hi"), "<A> hi|");
  EXPECT_EQ(make_private("B", "A", "a", "hi"), "$To: B From: A $<a> hi|");
  const std::string_view nicks[] = {"a", "b"};
  EXPECT_EQ(make_list("$NickList", nicks), "$NickList a$$b$$|");
  EXPECT_EQ(make_list("$OpList", {}), "$OpList |");
}

}  // namespace
}  // namespace hookline::hub::nmdc
