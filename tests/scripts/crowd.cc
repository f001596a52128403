#include "crowd.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <array>

namespace hookline::test {

namespace {

constexpr int kPatienceMilliseconds = 60'000;
constexpr std::size_t kCommandsInARound = 8;
constexpr std::size_t kRoundsOfAGuest = 40;  // on the average

// Members send these. $ME is the member, $YOU another one, $SAY a chat line, $RUN a command.
struct Action {
  unsigned weight;
  std::string_view text;
};
constexpr auto kActions = std::to_array<Action>({
    {34, "<$ME> $SAY"},
    {15, "$To: $YOU From: $ME $<$ME> $SAY"},
    {12, "<$ME> $RUN"},
    {10,
     "$SR $ME file.iso\x05"
     "1000 1/2\x05"
     "hub (127.0.0.1)\x05$YOU"},
    {10, "$ConnectToMe $YOU 127.0.0.1:5000"},
    {10, "$RevConnectToMe $ME $YOU"},
    {4, "$Search Hub:$ME F?T?0?1?some$words"},
    {3, "$MyINFO $ALL $ME a description<test V:1,M:P,H:1/0/0,S:1>$ $1\x01$$2000000$"},
    {1, "$To: HubBot From: $ME $<$ME> $RUN"},
    {1, "$To: OpChat From: $ME $<$ME> $SAY"},
});

const std::vector<std::string_view> kLines = {
    "hello everybody",
    "caf\xe9 and \xff\xfe",
    "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
    "it costs &#36;5",
    "the same again",
    "the same again",
    "visit http://spam.example.com/ now",
    "Paris",
    "Jupiter",
    "8",
    "a rather long line that goes on and on, as people write when they have something to say",
};
const std::vector<std::string_view> kCommands = {
    "+stats",         "+stats $YOU", "+top",        "+top hours",   "+records",
    "+history 5",     "+trivia",     "+trivia top", "+news 3",      "+commands",
    "+regme secret1", "+nothing",    "+history",    "+trivia what", "+help",
};
const std::vector<std::string_view> kOperatorCommands = {
    "!warn $YOU be kind",
    "!warnings $YOU",
    "!unwarn $YOU",
    "!mute $YOU 1m noise",
    "!unmute $YOU",
    "!who $YOU",
    "!who nobody",
    "!b nobody 1h",
    "!ub nobody",
    "!ub 192.0.2.9",
    "!regs",
    "!approve $YOU",
    "!deny $YOU not now",
    "!promote $YOU 2",
    "!unreg $YOU",
    "!spammers",
    "!forgive $YOU",
    "!log",
    "!log $YOU",
    "!logfind hello",
    "!blacklist",
    "!blacklist 10.0.0.1",
    "!blacklistupdate",
    "!newsupdate",
    "!scripts",
    "!ask trivia status",
    "!tell hello there",
    "!trivia on",
    "!trivia off",
    "!warn",
};

constexpr unsigned kAllWeights = [] {
  unsigned sum = 0;
  for (const Action& action : kActions) {
    sum += action.weight;
  }
  return sum;
}();

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

Crowd::Crowd(std::uint16_t port, std::size_t guests, const std::vector<Operator>& operators)
    : port_(port), members_(guests + operators.size()) {
  for (std::size_t i = 0; i < operators.size(); ++i) {
    members_[i].connect(port_, operators[i].nick, operators[i].password);
  }
  for (std::size_t i = operators.size(); i < members_.size(); ++i) {
    come(members_[i]);
  }
}

void Crowd::come(CrowdMember& member) {
  // The nick is new each time, because the old one may have been registered meanwhile.
  member.connect(port_, "guest" + std::to_string(logins_++), {});
}

std::size_t Crowd::pick(std::size_t count) {
  return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
}

std::string_view Crowd::pick_from(const std::vector<std::string_view>& texts) {
  return texts[pick(texts.size())];
}

std::string Crowd::fill_in(std::string_view text, const CrowdMember& member) {
  std::string out(text);
  replace_all(out, "$SAY", pick_from(kLines));
  replace_all(out, "$RUN", pick_from(member.is_operator() ? kOperatorCommands : kCommands));
  replace_all(out, "$YOU", members_[pick(members_.size())].nick());
  replace_all(out, "$ME", member.nick());
  return out + "|";
}

void Crowd::append_action(const CrowdMember& member, std::string& out) {
  std::size_t place = pick(kAllWeights);
  for (const Action& action : kActions) {
    if (place < action.weight) {
      out += fill_in(action.text, member);
      return;
    }
    place -= action.weight;
  }
}

void Crowd::act(CrowdMember& member) {
  if (!member.is_operator() && pick(kRoundsOfAGuest) == 0) {
    come(member);
    return;
  }
  std::string round;
  for (std::size_t i = 0; i < kCommandsInARound; ++i) {
    append_action(member, round);
  }
  commands_ += kCommandsInARound + 1;
  member.send_round(std::move(round));
}

bool Crowd::poll_once() {
  std::vector<pollfd> events;
  for (const auto& member : members_) {
    events.push_back({.fd = member.fd(), .events = POLLIN, .revents = 0});
  }
  if (poll(events.data(), events.size(), kPatienceMilliseconds) <= 0) {
    ADD_FAILURE() << "the hub was silent for too long";
    return false;
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (events[i].revents != 0 && !members_[i].read()) {
      ++lost_;
      if (members_[i].is_operator()) {
        ADD_FAILURE() << members_[i].nick() << " was disconnected";
        return false;
      }
      come(members_[i]);
    }
  }
  return true;
}

void Crowd::run(const std::function<bool()>& is_done) {
  bool is_over = false;
  const auto is_idle = [](const CrowdMember& member) {
    return member.state() == CrowdMember::State::kIdle;
  };
  while (!is_over || !std::ranges::all_of(members_, is_idle)) {
    is_over = is_over || is_done();
    for (auto& member : members_) {
      if (!is_over && is_idle(member)) {
        act(member);
      }
    }
    const bool waits = !is_over || !std::ranges::all_of(members_, is_idle);
    if (waits && !poll_once()) {
      return;
    }
  }
}

}  // namespace hookline::test
