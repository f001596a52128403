#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/unix_clock.h"
#include "hub/store/ban.h"
#include "hub/store/store.h"

namespace hookline::hub {

// A kick as it is kept for later.
struct Kick {
  std::string nick;
  std::string ip;
  std::string op;
  std::string reason;
  std::string note_op;
  std::string note_usr;
};

// Who must stay away, and who has been kicked.
//
// Thread safety: the hub's thread. Changes are in force at once; the futures are ready when they
// are durable, with false if there was nothing to change.
class Bans {
 public:
  // Both must outlive this.
  Bans(Store& store, const UnixClock& clock) : store_(store), clock_(clock) {}
  // Reads what is stored. Once, before anything else.
  [[nodiscard]] Result<void> load();

  // The first ban that is about the subject; nullptr: it may come. Linear in the number of bans.
  [[nodiscard]] const Ban* find(const BanSubject& subject) const;
  // By id.
  [[nodiscard]] const std::map<std::int64_t, Ban>& all() const noexcept { return bans_; }

  // `seconds` 0 or less: for ever. Gives the ban its number and times. False for an address or a
  // range that is not one.
  [[nodiscard]] Future<Value> add(Ban ban, std::int64_t seconds);
  // Of a nick, an address, a prefix or a share, or by the number of a ban as "#7".
  [[nodiscard]] Future<Value> remove(std::string_view target);
  // Those that end by themselves, of a nick or an address.
  [[nodiscard]] Future<Value> remove_temporary_nick(std::string_view nick);
  [[nodiscard]] Future<Value> remove_temporary_ip(std::string_view ip);

  void record(const Kick& kick);
  // Deletes those that are over, which find() does not find anyway.
  void expire();

 private:
  template <class Wanted>
  Future<Value> remove_if(Wanted wanted);

  Store& store_;
  const UnixClock& clock_;
  std::map<std::int64_t, Ban> bans_;
  std::int64_t next_id_ = 1;
};

// The sentence that a banned client sees.
[[nodiscard]] std::string ban_notice(const Ban& ban);

// "2026-11-24 11:50 UTC".
[[nodiscard]] std::string time_text(std::int64_t seconds_since_epoch);

}  // namespace hookline::hub
