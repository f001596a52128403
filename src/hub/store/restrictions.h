#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/clocks.h"
#include "hub/nmdc/nick.h"
#include "hub/store/store.h"

namespace hookline::hub {

// Actions that a user can be forbidden for a while. The order is that of vh.UserRestrictions, and
// the numbers are stored.
enum class Restriction : std::uint8_t { kChat, kPrivate, kSearch, kConnect };
inline constexpr std::size_t kRestrictionCount = 4;

// Remembers what the users of nicks are forbidden to do, and until when.
//
// Thread safety: the hub's thread. Changes are in force immediately; the futures complete when they
// are durable.
class Restrictions {
 public:
  using Changes = std::array<std::string_view, kRestrictionCount>;

  // The references must outlive this.
  Restrictions(Store& store, const UnixClock& clock) : store_(store), clock_(clock) {}
  // Reads the stored restrictions. REQUIRES: called once, before anything else.
  [[nodiscard]] Result<void> load();

  // Deletes the restrictions that are over. until() ignores them anyway.
  void expire();

  // Returns the time when the restriction ends, in seconds since the epoch; 0 if there is none.
  [[nodiscard]] std::int64_t until(std::string_view nick, Restriction what) const;

  // Each change is "" (leave it), "0" (lift it), "1" (a week) or a time such as "3h". The future
  // has a dict with True for each action that the nick is forbidden. A time that cannot be read is
  // an error, and changes nothing.
  [[nodiscard]] Future<Value> change(std::string_view nick, const Changes& changes);

 private:
  using Ends = std::array<std::int64_t, kRestrictionCount>;
  [[nodiscard]] Value describe(std::string_view nick) const;

  Store& store_;
  const UnixClock& clock_;
  std::unordered_map<std::string, Ends, NickHash, NickEqual> ends_;
};

}  // namespace hookline::hub
