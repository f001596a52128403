#include "hub/store/restrictions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hub/base/text.h"

namespace hookline::hub {
namespace {

constexpr const char* kRead = "SELECT nick, kind, until FROM hub_restrictions";
constexpr const char* kSet =
    "INSERT OR REPLACE INTO hub_restrictions(nick, kind, until) VALUES(?, ?, ?)";
constexpr const char* kLift = "DELETE FROM hub_restrictions WHERE nick = ? AND kind = ?";
constexpr const char* kDeleteOver = "DELETE FROM hub_restrictions WHERE until <= ?";

constexpr std::array<const char*, kRestrictionCount> kNames = {"chat", "pm", "search", "ctm"};

// Reads the seconds of a change, where 0 lifts the restriction.
std::optional<std::int64_t> read_change(std::string_view text) {
  if (text == "0") {
    return 0;
  }
  return parse_time_span(text == "1" ? "1w" : text);
}

}  // namespace

Result<void> Restrictions::load() {
  return store_.read(kRead, [this](const Statement& row) {
    const auto kind = static_cast<std::size_t>(row.number(1));
    if (kind < kRestrictionCount) {
      ends_[std::string(row.text(0))].at(kind) = row.number(2);
    }
  });
}

void Restrictions::expire() {
  const auto now = clock_.now();
  std::erase_if(ends_, [now](const auto& entry) {
    return std::ranges::all_of(entry.second, [now](auto end) { return end <= now; });
  });
  store_.write_later({{kDeleteOver, {now}}});
}

std::int64_t Restrictions::until(std::string_view nick, Restriction what) const {
  const auto found = ends_.find(nick);
  if (found == ends_.end()) {
    return 0;
  }
  const auto end = found->second.at(static_cast<std::size_t>(what));
  return end > clock_.now() ? end : 0;
}

Future<Value> Restrictions::change(std::string_view nick, const Changes& changes) {
  std::vector<Store::Write> writes;
  Ends ends = ends_.contains(nick) ? ends_.find(nick)->second : Ends{};
  const auto now = clock_.now();
  for (std::size_t kind = 0; kind < kRestrictionCount; ++kind) {
    if (changes.at(kind).empty()) {
      continue;
    }
    const auto seconds = read_change(changes.at(kind));
    if (!seconds) {
      return make_ready_future<Value>(std::unexpected(
          Error{.code = ErrorCode::kScriptRaised,
                .message = std::string(kNames.at(kind)) + " is '" + std::string(changes.at(kind)) +
                           R"(': give "", "0", "1" or a time such as "3h")",
                .python_type = "ValueError"}));
    }
    ends.at(kind) = *seconds == 0 ? 0 : now + *seconds;
    const auto stored_kind = static_cast<std::int64_t>(kind);
    writes.push_back(*seconds == 0
                         ? Store::Write{kLift, {fold_nick(nick), stored_kind}}
                         : Store::Write{kSet, {fold_nick(nick), stored_kind, ends.at(kind)}});
  }
  if (writes.empty()) {
    return make_ready_future<Value>(describe(nick));
  }
  if (ends == Ends{}) {
    std::erase_if(ends_, [nick](const auto& entry) { return same_nick(entry.first, nick); });
  } else {
    ends_.insert_or_assign(fold_nick(nick), ends);
  }
  return store_.write(std::move(writes), describe(nick));
}

Value Restrictions::describe(std::string_view nick) const {
  Dict out;
  for (std::size_t kind = 0; kind < kRestrictionCount; ++kind) {
    out.items.emplace_back(kNames.at(kind), until(nick, static_cast<Restriction>(kind)) != 0);
  }
  return out;
}

}  // namespace hookline::hub
