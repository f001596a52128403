#include <algorithm>
#include <utility>

#include "hub/base/text.h"
#include "hub/nmdc/nmdc.h"

namespace hookline::hub::nmdc {
namespace {

constexpr auto kKeywords = std::to_array<std::pair<std::string_view, CommandKind>>({
#define HOOKLINE_ROW(name, keyword) {keyword, CommandKind::k##name},
    HOOKLINE_NMDC_COMMANDS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

constexpr auto kFeatures = std::to_array<std::pair<std::string_view, Feature>>({
    {"NoHello", kNoHello},
    {"NoGetINFO", kNoGetInfo},
    {"UserIP2", kUserIp2},
    {"MCTo", kMcTo},
    {"BotINFO", kBotInfo},
    {"HubURL", kHubUrl},
});

// Splits `text` at the first `separator`: returns what is before it, and leaves what follows.
// Without a separator, returns everything and leaves nothing.
std::string_view take_until(std::string_view& text, char separator) noexcept {
  const auto at = text.find(separator);
  const auto head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return head;
}

bool skip(std::string_view& text, std::string_view expected) noexcept {
  if (!text.starts_with(expected)) {
    return false;
  }
  text.remove_prefix(expected.size());
  return true;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Reads "ip:port" or "[ip]:port"; the port may end in letters.
bool read_address(std::string_view text, std::string_view& ip, std::string_view& port) noexcept {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  ip = text.substr(0, colon);
  port = text.substr(colon + 1);
  if (ip.size() > 2 && ip.front() == '[' && ip.back() == ']') {
    ip = ip.substr(1, ip.size() - 2);
  }
  const auto digits = std::ranges::find_if_not(port, is_digit) - port.begin();
  return !ip.empty() && ip.find_first_of(" $<>") == std::string_view::npos &&
         port.size() - static_cast<std::size_t>(digits) <= 4 &&
         read_number<std::uint16_t>(port.substr(0, static_cast<std::size_t>(digits))).value_or(0) !=
             0;
}

}  // namespace

Command read_command(std::string_view raw) noexcept {
  if (raw.empty()) {
    return {CommandKind::kEmpty, raw, {}};
  }
  if (raw.front() == '<') {
    return {CommandKind::kChat, raw, raw};
  }
  if (raw.front() != '$') {
    return {CommandKind::kGarbage, raw, raw};
  }
  std::string_view args = raw;
  const auto keyword = take_until(args, ' ');
  const auto* row = std::ranges::find(kKeywords, keyword, &decltype(kKeywords)::value_type::first);
  return {row == kKeywords.end() ? CommandKind::kUnknown : row->second, raw, args};
}

std::uint32_t parse_supports(std::string_view args) noexcept {
  std::uint32_t features = 0;
  while (!args.empty()) {
    const auto word = take_until(args, ' ');
    for (const auto& [name, bit] : kFeatures) {
      features |= word == name ? bit : 0u;
    }
  }
  return features;
}

std::optional<Chat> parse_chat(std::string_view raw) noexcept {
  if (!skip(raw, "<")) {
    return std::nullopt;
  }
  const auto end = raw.find('>');
  if (end == std::string_view::npos || end == 0) {
    return std::nullopt;
  }
  Chat chat{raw.substr(0, end), raw.substr(end + 1)};
  if (!chat.text.empty() && !skip(chat.text, " ")) {
    return std::nullopt;
  }
  return chat;
}

bool is_chat_command(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() >= 2 && (text[0] == '!' || text[0] == '+') && is_letter(text[1]);
}

std::optional<PrivateMessage> parse_private(std::string_view args) noexcept {
  PrivateMessage message;
  message.to = take_until(args, ' ');
  if (!skip(args, "From: ")) {
    return std::nullopt;
  }
  message.from = take_until(args, ' ');
  if (message.to.empty() || message.from.empty() || !skip(args, "$")) {
    return std::nullopt;
  }
  const auto chat = parse_chat(args);
  if (!chat) {
    return std::nullopt;
  }
  message.shown = chat->nick;
  message.text = chat->text;
  return message;
}

std::optional<MainChatTo> parse_main_chat_to(std::string_view args) noexcept {
  MainChatTo message;
  message.to = take_until(args, ' ');
  if (message.to.empty() || !skip(args, "$")) {
    return std::nullopt;
  }
  message.from = take_until(args, ' ');
  message.text = args;
  return message.from.empty() ? std::nullopt : std::optional(message);
}

std::optional<MyInfo> parse_my_info(std::string_view args) noexcept {
  if (!skip(args, "$ALL ") || std::ranges::count(args, '$') < 4) {
    return std::nullopt;
  }
  MyInfo info;
  // Some clients send only the nick, without the space before an empty description.
  info.desc = take_until(args, '$');
  info.nick = take_until(info.desc, ' ');
  if (info.desc.ends_with('>')) {
    const auto tag = info.desc.rfind('<');
    if (tag != std::string_view::npos) {
      info.tag = info.desc.substr(tag);
      info.desc = info.desc.substr(0, tag);
    }
  }
  take_until(args, '$');  // the mode, which is a space and means nothing
  info.speed = take_until(args, '$');
  if (!info.speed.empty()) {
    info.flag = info.speed.back();
    info.speed.remove_suffix(1);
  }
  info.mail = take_until(args, '$');
  info.size = take_until(args, '$');
  const auto bytes = info.size.empty() ? std::uint64_t{0} : read_number<std::uint64_t>(info.size);
  if (info.nick.empty() || !bytes) {
    return std::nullopt;
  }
  info.bytes = *bytes;
  return info;
}

bool is_active_tag(std::string_view tag) noexcept {
  constexpr std::string_view kMode = "M:A";
  const auto at = tag.find(kMode);
  const auto end = at + kMode.size();
  return at != std::string_view::npos && at > 0 && (tag[at - 1] == ',' || tag[at - 1] == ' ') &&
         end < tag.size() && (tag[end] == ',' || tag[end] == '>');
}

std::optional<Search> parse_search(std::string_view args) noexcept {
  Search search;
  auto from = take_until(args, ' ');
  search.query = args;
  if (std::ranges::count(args, '?') < 4) {
    return std::nullopt;
  }
  if (skip(from, "Hub:")) {
    search.passive = true;
    search.nick = from;
    return from.empty() ? std::nullopt : std::optional(search);
  }
  return read_address(from, search.ip, search.port) ? std::optional(search) : std::nullopt;
}

std::optional<SearchResult> parse_search_result(std::string_view args) noexcept {
  const auto last = args.rfind('\x05');
  if (last == std::string_view::npos) {
    return std::nullopt;
  }
  SearchResult result;
  result.to = args.substr(last + 1);
  result.forwarded = args.substr(0, last);
  auto rest = result.forwarded;
  result.from = take_until(rest, ' ');
  return result.to.empty() || result.from.empty() || rest.empty() ? std::nullopt
                                                                  : std::optional(result);
}

std::optional<ConnectToMe> parse_connect_to_me(std::string_view args) noexcept {
  ConnectToMe connect;
  connect.other = take_until(args, ' ');
  // NAT traversal appends the sender's nick, which is passed on unchecked.
  const auto address = take_until(args, ' ');
  if (connect.other.empty() || !read_address(address, connect.ip, connect.port)) {
    return std::nullopt;
  }
  return connect;
}

std::optional<TwoNicks> parse_two_nicks(std::string_view args) noexcept {
  TwoNicks nicks;
  nicks.first = take_until(args, ' ');
  nicks.second = args;
  if (nicks.first.empty() || nicks.second.empty() || nicks.second.contains(' ')) {
    return std::nullopt;
  }
  return nicks;
}

bool is_valid_nick(std::string_view nick, std::size_t max_bytes) noexcept {
  const auto is_bad = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7f || c == '$' || c == '|' || c == '<' || c == '>';
  };
  return !nick.empty() && nick.size() <= max_bytes && std::ranges::none_of(nick, is_bad);
}

}  // namespace hookline::hub::nmdc
