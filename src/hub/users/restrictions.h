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
#include "hub/base/unix_clock.h"
#include "hub/nmdc/nick.h"
#include "hub/store/store.h"

namespace hookline::hub {

// What a user may be forbidden for a while. The order is that of vh.UserRestrictions, and the
// numbers are stored.
enum class Restriction : std::uint8_t { kChat, kPrivate, kSearch, kConnect };
inline constexpr std::size_t kRestrictionCount = 4;

// What which nicks may not do, and until when.
//
// Thread safety: the hub's thread. Changes are in force at once; the futures are ready when they
// are durable.
class Restrictions {
 public:
  using Changes = std::array<std::string_view, kRestrictionCount>;

  // Both must outlive this.
  Restrictions(Store& store, const UnixClock& clock) : store_(store), clock_(clock) {}
  // Reads what is stored. Once, before anything else.
  [[nodiscard]] Result<void> load();

  // Deletes those that are over, which until() does not report anyway.
  void expire();

  // When it ends, in seconds since the epoch; 0: the nick may.
  [[nodiscard]] std::int64_t until(std::string_view nick, Restriction what) const;

  // Each change is "" (as it is), "0" (lifted), "1" (a week) or a time as "3h". The value is a dict
  // with True for what the nick may not do. kBadArguments for a time that cannot be read: then
  // nothing is changed.
  [[nodiscard]] Future<Value> change(std::string_view nick, const Changes& changes);

 private:
  using Ends = std::array<std::int64_t, kRestrictionCount>;
  [[nodiscard]] Value describe(std::string_view nick) const;

  Store& store_;
  const UnixClock& clock_;
  std::unordered_map<std::string, Ends, NickHash, NickEqual> ends_;
};

}  // namespace hookline::hub
