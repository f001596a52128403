#include "cli/traffic.h"

#include <array>
#include <charconv>

namespace hookline::cli {

namespace {

using std::string_view_literals::operator""sv;

// The number of phrases is prime and no two are equal, so that consecutive lines always differ.
constexpr auto kPlainPhrases = std::to_array<std::string_view>({
    "good morning everybody"sv,
    "has anyone seen the new release yet?"sv,
    "my upload slots are all taken, try again in ten minutes"sv,
    "what is the topic of this hub again"sv,
    "lunch, back in an hour"sv,
    "that costs about &#36;20 in the shop round the corner"sv,
    "Gr\xc3\xbc\xc3\x9f"
    "e aus K\xc3\xb6ln"sv,
    "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xd0\xb2\xd1\x81\xd0\xb5\xd0\xbc"sv,
    "meet me at the caf\xe9 tonight"sv,  // CP1252 in a UTF-8 hub
    "\xc4pfel und \xd6l"sv,              // and this one too
    "thanks, that did it"sv,
    "can somebody recommend a good book about networks?"sv,
    "which client are you using?"sv,
    "I am on ncdc, works fine over ssh"sv,
    "the server was down for maintenance last night"sv,
    "who wants to play chess"sv,
    "lol"sv,
    "brb"sv,
    "is it raining where you live too?"sv,
    "https://example.org/files/notes.txt has the details"sv,
    "see the wiki for the answer to that one"sv,
    "it is on channel 4 at nine"sv,
    "why is my ratio so bad"sv,
    "new here, hello to all"sv,
    "please keep the discussion friendly"sv,
    "does this hub keep logs?"sv,
    "\xe4\xbd\xa0\xe5\xa5\xbd, \xe4\xb8\x96\xe7\x95\x8c"sv,
    "one moment, phone"sv,
    "search for the second edition, the first has errors"sv,
    "that is what I said all along"sv,
    "good night, see you tomorrow"sv,
});
static_assert(kPlainPhrases.size() == 31);

constexpr auto kMildPhrases = std::to_array<std::string_view>({
    "oh darn, I missed it"sv,
    "DARN it all"sv,
    "that d4rn cable again"sv,
    "well d a r n"sv,
    "daaarn!"sv,
    "d\xe9"
    "arn, my keyboard is broken"sv,  // contains an invalid byte
    "\xef\xbd\x84\xef\xbd\x81\xef\xbd\x92\xef\xbd\x8e full width"sv,
});

constexpr auto kForbiddenPhrases = std::to_array<std::string_view>({
    "buy spamword today"sv,
    "SPAMWORD for free"sv,
    "cheap sp4mw0rd here"sv,
    "s p a m w o r d"sv,
    "the best sp\xe9"
    "amword in town"sv,
    "sp\xd0\xb0mw\xd0\xberd with a look-alike"sv,
    "sp\xe2\x80\x8b"
    "amword with nothing in between"sv,
    "visit us\xff"
    "spamword\xff"sv,
});

constexpr std::string_view kRepeatedPhrase = "is anybody out there?";

// The lines of each client repeat with this period. These are the places of special lines in it.
constexpr std::uint32_t kPeriod = 100;
constexpr std::uint32_t kRepeatedBegin = 30;
constexpr std::uint32_t kRepeatedEnd = 35;
constexpr std::uint32_t kMildEvery = 20;
constexpr std::uint32_t kMildAt = 7;
constexpr std::uint32_t kForbiddenEvery = 40;
constexpr std::uint32_t kForbiddenAt = 13;

LineKind kind_at(std::uint32_t place) {
  if (place >= kRepeatedBegin && place < kRepeatedEnd) {
    return LineKind::kRepeated;
  }
  if (place % kMildEvery == kMildAt) {
    return LineKind::kMild;
  }
  return place % kForbiddenEvery == kForbiddenAt ? LineKind::kForbidden : LineKind::kPlain;
}

template <class Number>
bool read_number(std::string_view& text, char end, Number& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(stop - text.data());
  if (error != std::errc() || length >= text.size() || text[length] != end) {
    return false;
  }
  text.remove_prefix(length + 1);
  return true;
}

void append_number(std::uint64_t number, std::string& out) {
  std::array<char, 20> digits{};
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

}  // namespace

std::uint32_t Traffic::lines_of(std::size_t client) const {
  const std::uint64_t rest = messages_ % clients_;
  return static_cast<std::uint32_t>(messages_ / clients_ + (client < rest ? 1 : 0));
}

std::string Traffic::nick(std::size_t client) { return "demo" + std::to_string(client); }

Traffic::Line Traffic::line(std::size_t client, std::uint32_t sequence) {
  const LineKind kind = kind_at(sequence % kPeriod);
  const std::uint64_t turn = std::uint64_t{sequence} * 7 + client * 3;
  switch (kind) {
    case LineKind::kMild:
      return {kind, kMildPhrases.at(turn % kMildPhrases.size())};
    case LineKind::kForbidden:
      return {kind, kForbiddenPhrases.at(turn % kForbiddenPhrases.size())};
    case LineKind::kRepeated:
      return {kind, kRepeatedPhrase};
    case LineKind::kPlain:
      break;
  }
  return {kind, kPlainPhrases.at(turn % kPlainPhrases.size())};
}

void Traffic::append_text(std::size_t client, std::uint32_t sequence, std::string& out) {
  out += '#';
  append_number(client, out);
  out += ':';
  append_number(sequence, out);
  out += ' ';
  out += line(client, sequence).phrase;
}

std::optional<Traffic::Tag> Traffic::read_tag(std::string_view text) const {
  if (!text.starts_with('#')) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  Tag tag;
  if (!read_number(text, ':', tag.client) || !read_number(text, ' ', tag.sequence) ||
      tag.client >= clients_ || tag.sequence >= lines_of(tag.client)) {
    return std::nullopt;
  }
  tag.rest = text;
  return tag;
}

Traffic::Expected Traffic::expected() const {
  Expected expected;
  for (std::size_t client = 0; client < clients_; ++client) {
    std::uint32_t offences = 0;
    int repeated = 0;
    for (std::uint32_t sequence = 0; sequence < lines_of(client); ++sequence) {
      const LineKind kind = line(client, sequence).kind;
      repeated = kind == LineKind::kRepeated ? repeated + 1 : 0;
      // The flood guard only warns at the first offence.
      const bool flood = repeated > kRepeats && offences++ > 0;
      if (flood || kind == LineKind::kForbidden) {
        ++expected.blocked;
      } else if (kind == LineKind::kMild) {
        ++expected.replaced;
      } else {
        ++expected.allowed;
      }
    }
  }
  return expected;
}

}  // namespace hookline::cli
