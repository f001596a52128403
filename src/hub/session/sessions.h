#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hookline/script_host.h"
#include "hub/session/session.h"

namespace hookline::hub {

class Settings;

// Owns the sessions of all clients, from the connection until it has ended.
//
// Thread safety: the hub's thread.
class Sessions {
 public:
  // The references must outlive this; each session gets `needs`.
  Sessions(const Settings& settings, const Session::Needs& needs)
      : settings_(settings), needs_(needs) {}
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;
  ~Sessions();

  // Accepts the next client of the listener, or turns it away if the hub is full.
  void accept(uv_stream_t* listener);
  // Called by a session whose connection has ended. The session lives until drop_retired().
  void retire(const Session& session) { retired_.push_back(&session); }
  void drop_retired();

  // Calls `task` before this turn of the loop ends, but not immediately.
  void at_end_of_turn(std::function<void()> task) { tasks_.push_back(std::move(task)); }
  void run_tasks();

  void check_timeouts(TimePoint now);

  // Ends every connection now, after one attempt to send what is waiting.
  void disconnect_all();
  // Returns whether disconnect_all() was called: then nobody needs to be told that the others
  // leave.
  [[nodiscard]] bool is_closing() const noexcept { return is_closing_; }

 private:
  const Settings& settings_;
  const Session::Needs& needs_;
  std::unordered_map<const Session*, std::shared_ptr<Session>> sessions_;
  std::vector<const Session*> retired_;
  std::vector<std::function<void()>> tasks_;
  bool is_closing_ = false;
};

}  // namespace hookline::hub
