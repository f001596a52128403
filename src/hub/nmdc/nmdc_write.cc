#include <algorithm>
#include <utility>

#include "hub/nmdc/nmdc.h"
#include "verlihub/text.h"

namespace hookline::hub::nmdc {
namespace {

bool must_be_encoded(unsigned char byte) noexcept {
  constexpr auto kBytes = std::to_array<unsigned char>({0, 5, 36, 96, 124, 126});
  return std::ranges::find(kBytes, byte) != kBytes.end();
}

void append_key_byte(std::string& out, unsigned char byte) {
  if (!must_be_encoded(byte)) {
    out.push_back(static_cast<char>(byte));
    return;
  }
  const auto digit = [](unsigned number) { return static_cast<char>('0' + number % 10u); };
  out.append("/%DCN");
  out.push_back(digit(byte / 100u));
  out.push_back(digit(byte / 10u));
  out.push_back(digit(byte));
  out.append("%/");
}

}  // namespace

std::string lock_to_key(std::string_view lock) {
  const auto byte = [lock](std::size_t i) { return static_cast<unsigned char>(lock[i]); };
  const std::size_t n = lock.size();
  std::string key;
  if (n < 2) {
    return key;
  }
  key.reserve(n + 16);
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned mixed =
        i == 0 ? byte(0) ^ byte(n - 1) ^ byte(n - 2) ^ 5u : byte(i) ^ unsigned { byte(i - 1) };
    append_key_byte(key, static_cast<unsigned char>((mixed << 4u | mixed >> 4u) & 0xffu));
  }
  return key;
}

std::string escape(std::string_view text) { return verlihub::encode(text); }

std::string escape_text(std::string_view text) { return verlihub::encode_delimiters(text); }

std::string unescape(std::string_view text) { return verlihub::decode(text); }

std::string make(std::initializer_list<std::string_view> parts) {
  std::size_t size = 1;
  for (const auto part : parts) {
    size += part.size();
  }
  std::string out;
  out.reserve(size);
  for (const auto part : parts) {
    out.append(part);
  }
  out.push_back('|');
  return out;
}

std::string make_chat(std::string_view nick, std::string_view text) {
  return make({"<", nick, "> ", text});
}

std::string make_private(std::string_view to, std::string_view from, std::string_view shown,
                         std::string_view text) {
  return make({"$To: ", to, " From: ", from, " $<", shown, "> ", text});
}

std::string make_my_info(const MyInfo& info) {
  return make({"$MyINFO $ALL ", info.nick, " ", info.desc, info.tag, "$ $", info.speed,
               std::string_view(&info.flag, 1), "$", info.mail, "$", info.size, "$"});
}

std::string make_list(std::string_view keyword, std::span<const std::string_view> nicks) {
  std::string out(keyword);
  out.push_back(' ');
  for (const auto nick : nicks) {
    out.append(nick);
    out.append("$$");
  }
  out.push_back('|');
  return out;
}

}  // namespace hookline::hub::nmdc
