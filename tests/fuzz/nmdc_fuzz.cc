// Fuzzes the protocol from bytes on a socket to parsed commands: splitter, parsers, escapes, keys.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "hub/nmdc/command_splitter.h"
#include "hub/nmdc/nmdc.h"

namespace {

using hookline::hub::CommandSplitter;
namespace nmdc = hookline::hub::nmdc;

void check(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// Checks that a view returned by a parser lies within its input.
void check_within(std::string_view part, std::string_view whole) {
  check(part.empty() ||
        (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()));
}

void parse_everything(std::string_view raw) {
  const auto command = nmdc::read_command(raw);
  check_within(command.args, raw);
  if (const auto chat = nmdc::parse_chat(raw)) {
    check_within(chat->text, raw);
    check(!chat->nick.empty());
  }
  if (const auto message = nmdc::parse_private(command.args)) {
    // Writing and reading it again returns the same.
    const auto text = nmdc::make_private(message->to, message->from, message->shown, message->text);
    const auto again = nmdc::parse_private(
        nmdc::read_command(std::string_view(text).substr(0, text.size() - 1)).args);
    check(again && again->to == message->to && again->from == message->from &&
          again->shown == message->shown && again->text == message->text);
  }
  if (const auto info = nmdc::parse_my_info(command.args)) {
    const auto text = nmdc::make_my_info(*info);
    const auto again = nmdc::parse_my_info(
        nmdc::read_command(std::string_view(text).substr(0, text.size() - 1)).args);
    check(again && again->nick == info->nick && again->tag == info->tag &&
          again->bytes == info->bytes && again->mail == info->mail);
  }
  if (const auto search = nmdc::parse_search(command.args)) {
    check_within(search->query, raw);
    check(search->passive ? !search->nick.empty() : !search->ip.empty() && !search->port.empty());
  }
  if (const auto result = nmdc::parse_search_result(command.args)) {
    check(!result->to.contains('\x05') && result->forwarded.starts_with(result->from));
  }
  if (const auto connect = nmdc::parse_connect_to_me(command.args)) {
    check(!connect->other.empty() && !connect->port.empty());
  }
  if (const auto message = nmdc::parse_main_chat_to(command.args)) {
    check_within(message->text, raw);
  }
  if (const auto nicks = nmdc::parse_two_nicks(command.args)) {
    check(!nicks->second.contains(' '));
  }
  static_cast<void>(nmdc::parse_supports(command.args));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t kMaxCommand = 512;

  // The commands do not depend on how the bytes are divided.
  std::vector<std::string> at_once;
  CommandSplitter whole(kMaxCommand);
  whole.append(input);
  while (const auto command = whole.next()) {
    check(command->size() <= kMaxCommand && !command->contains('|'));
    parse_everything(*command);
    at_once.emplace_back(*command);
  }
  std::vector<std::string> in_pieces;
  CommandSplitter pieces(kMaxCommand);
  const std::size_t step = size % 7 + 1;
  for (std::size_t at = 0; at < size; at += step) {
    pieces.append(input.substr(at, step));
    while (const auto command = pieces.next()) {
      in_pieces.emplace_back(*command);
    }
  }
  check(at_once == in_pieces && whole.too_long() == pieces.too_long());

  // Text that contains entities already does not come back unchanged, because they are decoded too.
  const auto escaped = nmdc::escape(input);
  check(!escaped.contains('|') && !escaped.contains('$'));
  check(input.contains('&') || nmdc::unescape(escaped) == input);

  const auto key = nmdc::lock_to_key(input);
  check(!key.contains('|') && !key.contains('$') && !key.contains('\0'));
  static_cast<void>(nmdc::is_valid_nick(input, kMaxCommand));
  return 0;
}
