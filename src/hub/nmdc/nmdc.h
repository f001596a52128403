#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Reads and writes commands of the NMDC protocol. There are no sockets and no state here.
//
// Ownership: parsed structs are views into the text that was parsed. Only functions that return a
// std::string allocate. Errors: a parser returns nullopt for a malformed command. Thread safety:
// pure functions.
namespace hookline::hub::nmdc {

inline constexpr std::string_view kLock = "EXTENDEDPROTOCOL_hookline0123456789abcdef";
inline constexpr std::string_view kPrivateKey = "hookline0.1";  // names the hub software to clients

// The commands that the hub knows.
//   X(name, keyword)
#define HOOKLINE_NMDC_COMMANDS(X)      \
  X(Supports, "$Supports")             \
  X(Key, "$Key")                       \
  X(ValidateNick, "$ValidateNick")     \
  X(MyPass, "$MyPass")                 \
  X(Version, "$Version")               \
  X(GetNickList, "$GetNickList")       \
  X(MyInfo, "$MyINFO")                 \
  X(GetInfo, "$GetINFO")               \
  X(To, "$To:")                        \
  X(McTo, "$MCTo:")                    \
  X(Search, "$Search")                 \
  X(SearchResult, "$SR")               \
  X(ConnectToMe, "$ConnectToMe")       \
  X(RevConnectToMe, "$RevConnectToMe") \
  X(MyHubUrl, "$MyHubURL")             \
  X(ExtJson, "$ExtJSON")               \
  X(BotInfo, "$BotINFO")               \
  X(UserIp, "$UserIP")                 \
  X(Kick, "$Kick")                     \
  X(MyNick, "$MyNick")                 \
  X(PeerLock, "$Lock")                 \
  X(Quit, "$Quit")

enum class CommandKind : std::uint8_t {
  kEmpty,    // only '|', which some clients send to keep the connection alive
  kChat,     // "<nick> text"
  kUnknown,  // "$Something else"
  kGarbage,  // neither
#define HOOKLINE_ENUMERATOR(name, keyword) k##name,
  HOOKLINE_NMDC_COMMANDS(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

struct Command {
  CommandKind kind = CommandKind::kEmpty;
  std::string_view raw;   // the whole command without the closing '|'
  std::string_view args;  // what follows the keyword and one space
};

[[nodiscard]] Command read_command(std::string_view raw) noexcept;

// Lists the extensions that a client can announce in $Supports, as bits.
enum Feature : std::uint32_t {
  kNoHello = 1u << 0,
  kNoGetInfo = 1u << 1,
  kUserIp2 = 1u << 2,
  kMcTo = 1u << 3,
  kBotInfo = 1u << 4,
  kHubUrl = 1u << 5,
};

// Writes the hub's answer to $Supports.
inline constexpr std::string_view kHubSupports =
    "NoHello NoGetINFO UserIP2 HubTopic MCTo BotINFO HubURL";

// Reads the features in $Supports, and ignores unknown ones.
[[nodiscard]] std::uint32_t parse_supports(std::string_view args) noexcept;

struct Chat {
  std::string_view nick;
  std::string_view text;
};
[[nodiscard]] std::optional<Chat> parse_chat(std::string_view raw) noexcept;

// Returns whether this text is a command to the hub: "!help" and "+help" are, "+1" and "!!!" are
// chat.
[[nodiscard]] bool is_chat_command(std::string_view text) noexcept;

// $To: to From: from $<shown> text
struct PrivateMessage {
  std::string_view to;
  std::string_view from;
  std::string_view shown;
  std::string_view text;
};
[[nodiscard]] std::optional<PrivateMessage> parse_private(std::string_view args) noexcept;

// $MCTo: to $from text
struct MainChatTo {
  std::string_view to;
  std::string_view from;
  std::string_view text;
};
[[nodiscard]] std::optional<MainChatTo> parse_main_chat_to(std::string_view args) noexcept;

// $MyINFO $ALL nick desc<tag>$ $speedF$mail$size$, where F is one byte of status flags.
struct MyInfo {
  std::string_view nick;
  std::string_view desc;
  std::string_view tag;  // with its angle brackets; empty if there is none
  std::string_view speed;
  char flag = '\x01';
  std::string_view mail;
  std::string_view size;  // decimal digits, as the client wrote them
  std::uint64_t bytes = 0;
};
[[nodiscard]] std::optional<MyInfo> parse_my_info(std::string_view args) noexcept;

// Returns whether the tag says that others can connect to this client: its mode is M:A.
[[nodiscard]] bool is_active_tag(std::string_view tag) noexcept;

// $Search Hub:nick query, or $Search ip:port query
struct Search {
  bool passive = false;
  std::string_view nick;  // set if the search is passive
  std::string_view ip;    // set otherwise, as is the port
  std::string_view port;
  std::string_view query;
};
[[nodiscard]] std::optional<Search> parse_search(std::string_view args) noexcept;

// $SR from ... \x05 to
struct SearchResult {
  std::string_view from;
  std::string_view to;
  std::string_view forwarded;  // the args without the last part
};
[[nodiscard]] std::optional<SearchResult> parse_search_result(std::string_view args) noexcept;

// $ConnectToMe other ip:port; TLS and NAT extensions append letters to the port.
struct ConnectToMe {
  std::string_view other;
  std::string_view ip;
  std::string_view port;
};
[[nodiscard]] std::optional<ConnectToMe> parse_connect_to_me(std::string_view args) noexcept;

// Has two words, as in $RevConnectToMe nick other and $GetINFO other nick
struct TwoNicks {
  std::string_view first;
  std::string_view second;
};
[[nodiscard]] std::optional<TwoNicks> parse_two_nicks(std::string_view args) noexcept;

// Returns whether this is a nick of 1 to `max_bytes` bytes without control characters and without
// the characters that delimit commands, lists and chat. Bytes above 127 are allowed, because the
// encoding is not known here.
[[nodiscard]] bool is_valid_nick(std::string_view nick, std::size_t max_bytes) noexcept;

// Computes the key that answers a lock of any bytes. A lock of fewer than two bytes has the empty
// key.
[[nodiscard]] std::string lock_to_key(std::string_view lock);

// Replace the five characters that commands cannot contain by "&#36;" and the like, and back.
[[nodiscard]] std::string escape(std::string_view text);
[[nodiscard]] std::string unescape(std::string_view text);

// Replaces only the characters that would break a command apart, in text that a script puts into
// chat.
[[nodiscard]] std::string escape_text(std::string_view text);

// Joins the parts and appends the closing '|'.
[[nodiscard]] std::string make(std::initializer_list<std::string_view> parts);

[[nodiscard]] std::string make_chat(std::string_view nick, std::string_view text);
[[nodiscard]] std::string make_private(std::string_view to, std::string_view from,
                                       std::string_view shown, std::string_view text);
[[nodiscard]] std::string make_my_info(const MyInfo& info);
// Writes the keyword, and then each nick followed by "$$".
[[nodiscard]] std::string make_list(std::string_view keyword,
                                    std::span<const std::string_view> nicks);

}  // namespace hookline::hub::nmdc
