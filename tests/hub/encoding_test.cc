#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdint>
#include <future>
#include <ostream>
#include <string>

#include "hookline/loop.h"
#include "hookline/script_info.h"
#include "hub_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;

// Has bytes in a hub's encoding, the text that Python reads from them, and the bytes of its
// capitals.
struct Row {
  const char* name;
  const char* encoding;
  std::string bytes;
  const char* ascii;  // as Python writes it
  std::string upper;
};

std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

// Sends back what it gets, in every way that there is.
constexpr std::string_view kEcho = R"py(
import vh
seen = []
def OnParsedMsgChat(nick, message):
    seen.append(message)
    return message.upper()
def OnParsedMsgPM(nick, message, to):
    seen.append(message)
    vh.pm(message, nick, to)
def OnParsedMsgMyINFO(nick, desc, tag, speed, mail, size):
    seen.append(desc)
    return desc.upper(), None, None, None, None
def all_sends(nick):
    desc = vh.GetMyINFO(nick)[1]
    vh.mc(desc, nick)
    vh.usermc(desc, nick, nick)
    vh.pm(desc, nick, nick)
    vh.SendDataToUser("$Raw " + desc, nick)
    vh.SendDataToAll("$Raw " + desc, 0, 10)
    vh.Topic(desc)
    return nick in vh.GetNickList()
def take():
    taken = ascii(seen)
    seen.clear()
    return taken
)py";

class EncodingTest : public HubTest, public ::testing::WithParamInterface<Row> {
 public:
  EncodingTest() {
    config.encoding = GetParam().encoding;
    config.users = {};
  }
};

TEST_P(EncodingTest, ChatIsDecodedAndReplaced) {
  start({{"echo", std::string(kEcho)}});
  const auto& [name, encoding, bytes, ascii, upper] = GetParam();
  auto a = login("A");
  a.chat(bytes);
  EXPECT_THAT(a.sync(), ElementsAre("<A> " + upper));
  EXPECT_EQ(call("echo", "take"), Value("[" + std::string(ascii) + "]"));
}

TEST_P(EncodingTest, PrivateMessagesAreDecodedBothWays) {
  start({{"echo", std::string(kEcho)}});
  const auto& [name, encoding, bytes, ascii, upper] = GetParam();
  auto a = login("A");
  auto b = login("B");
  a.pm("B", bytes);
  b.expect("$To: B From: A $<A> " + bytes);
  a.expect("$To: A From: B $<B> " + bytes);
  EXPECT_EQ(call("echo", "take"), Value("[" + std::string(ascii) + "]"));
}

TEST_P(EncodingTest, NicksDescriptionsAndAllThatScriptsSendKeepTheirBytes) {
  start({{"echo", std::string(kEcho)}});
  const auto& bytes = GetParam().bytes;
  const auto nick = "N" + bytes;
  auto a = login(nick, {.my_info = bytes + "<t V:1>$ $1\x01$$0$"});
  const auto known = call("echo", "all_sends", {nick});
  EXPECT_EQ(known, Value(true));
  EXPECT_THAT(a.sync(), ElementsAre("<" + nick + "> " + bytes, "<" + nick + "> " + bytes,
                                    "$To: " + nick + " From: " + nick + " $<" + nick + "> " + bytes,
                                    "$Raw " + bytes, "$Raw " + bytes, "$HubTopic " + bytes));
}

TEST_P(EncodingTest, MyInfoIsReplaced) {
  start({{"echo", std::string(kEcho)}});
  const auto& [name, encoding, bytes, ascii, upper] = GetParam();
  auto a = login("A");
  a.send("$MyINFO $ALL A " + bytes + "<t V:1>$ $1\x01$$0$|");
  EXPECT_THAT(a.sync(), ElementsAre("$MyINFO $ALL A " + upper + "<t V:1>$ $1\x01$$0$"));
  EXPECT_EQ(call("echo", "take"), Value("[" + std::string(ascii) + "]"));
}

// The last bytes of each row are invalid in its encoding, if it has invalid bytes.
INSTANTIATE_TEST_SUITE_P(
    Encodings, EncodingTest,
    ::testing::Values(
        Row{"Utf8", "utf-8", "caf\xc3\xa9", "'caf\\xe9'", "CAF\xc3\x89"},
        Row{"InvalidUtf8", "utf-8", "caf\xe9\x80\xff\xc3", "'caf\\udce9\\udc80\\udcff\\udcc3'",
            "CAF\xe9\x80\xff\xc3"},
        Row{"Utf8Surrogate", "utf-8", "x\xed\xa0\x80y", "'x\\udced\\udca0\\udc80y'",
            "X\xed\xa0\x80Y"},
        Row{"Cp1251", "cp1251", "\xef\xf0\xe8\xe2\xe5\xf2\x98",
            "'\\u043f\\u0440\\u0438\\u0432\\u0435\\u0442\\udc98'", "\xcf\xd0\xc8\xc2\xc5\xd2\x98"},
        Row{"Latin1", "iso-8859-1", "caf\xe9\xa4", "'caf\\xe9\\xa4'", "CAF\xc9\xa4"},
        Row{"Latin2", "iso-8859-2", "\xb3\xf3\xbc", "'\\u0142\\xf3\\u017a'", "\xa3\xd3\xac"},
        Row{"Greek", "iso-8859-7", "\xe1\xe2\xe3\xff", "'\\u03b1\\u03b2\\u03b3\\udcff'",
            "\xc1\xc2\xc3\xff"},
        Row{"Latin9", "iso-8859-15", "\xbd\xa4", "'\\u0153\\u20ac'", "\xbc\xa4"}),
    [](const auto& row) { return std::string(row.param.name); });

class HubEncoding : public HubTest {};

// The script defines the codec itself, and the codec records which threads call it.
TEST_F(HubEncoding, TextIsDecodedOnTheScriptsThread) {
  config.encoding = "telling";
  start({{"one", R"py(
import codecs, threading
decoders = set()
def decode(data, errors="strict"):
    decoders.add(threading.get_native_id())
    return codecs.latin_1_decode(bytes(data), errors)
def search(name):
    if name == "telling":
        return codecs.CodecInfo(codecs.latin_1_encode, decode, name=name)
codecs.register(search)
worker = None
seen = []
def OnParsedMsgChat(nick, message):
    global worker
    worker = threading.get_native_id()
    seen.append(message)
def take(): return [ascii(seen), decoders == {worker}, worker]
)py"}});
  auto a = login("A");
  a.chat("caf\xe9");
  a.sync();
  class WhoRuns final : public Job {
   public:
    void run() noexcept override { thread.set_value(gettid()); }
    void discard() noexcept override { thread.set_value(0); }
    std::promise<std::int64_t> thread;
  };
  WhoRuns on_hub;
  hub().scripts().host_executor().post(on_hub);
  const auto taken = call("one", "take");
  const auto* const list = taken.as<List>();
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->at(0), Value(R"(['caf\xe9'])"));
  EXPECT_EQ(list->at(1), Value(true));
  EXPECT_NE(list->at(2), Value(on_hub.thread.get_future().get()));
}

}  // namespace
}  // namespace hookline::test
