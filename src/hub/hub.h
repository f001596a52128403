#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "hookline/error.h"
#include "hookline/script_host.h"
#include "hub/config/config.h"
#include "hub/scripts/script_manager.h"

namespace hookline::hub {

// Figures of what the hub has done since it started. The counts are exact.
struct HubStats {
  std::uint64_t connections = 0;    // since the start
  std::uint64_t users = 0;          // logged in now
  std::uint64_t chat_lines = 0;     // received from logged-in users
  std::uint64_t chat_allowed = 0;   // sent on unchanged
  std::uint64_t chat_replaced = 0;  // sent on with another nick or text
  std::uint64_t chat_blocked = 0;
  std::uint64_t chat_abandoned = 0;  // the sender left before the decision came
  std::uint64_t late_decisions = 0;
  std::uint64_t hook_events = 0;      // events sent to at least one script
  std::uint64_t held_commands = 0;    // commands that waited for room in a script's mailbox
  std::uint64_t protocol_errors = 0;  // clients disconnected for malformed or too long input
  std::uint64_t floods = 0;           // clients disconnected for flooding
  // The time from when a chat line is processed (after its sender's earlier commands) to its
  // decision.
  std::uint64_t decision_p50_us = 0;
  std::uint64_t decision_p99_us = 0;
  double loop_cpu_seconds = 0;  // CPU time of the thread that ran run(), so far
};

// Options that are not in the config file.
struct HubOptions {
  // The clock of all timeouts and limits, which must outlive the hub. nullptr means
  // Clock::system(). The hub reads it every 100 ms of real time.
  Clock* clock = nullptr;
  // The socket of `hookline ctl`, see control_socket_path(). An empty path means none.
  std::filesystem::path control_socket;
  // The log level of this run. An empty text leaves it as an operator set it in an earlier run, or
  // unchanged.
  std::string log_level;
  // Sends what scripts print to stderr, so that stdout has only what the program writes.
  bool stdout_to_stderr = false;
};

// Is an NMDC chat hub whose events go to Python scripts. It serves users on TCP on one libuv loop.
//
// Thread safety: create(), run() and the destructor on one thread, the hub's. stop(), stats(),
// exit_code() and port() from any thread. All other methods on the hub's thread, before run().
class Hub {
 public:
  // Opens the database, binds the port and starts Python, but loads no script. Errors name the file
  // or port. The process ignores SIGPIPE from now on, unless it handles it, because libuv writes to
  // sockets that may be closed.
  [[nodiscard]] static Result<std::unique_ptr<Hub>> create(HubConfig config,
                                                           const HubOptions& options = {});
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const HubConfig& config() const;
  [[nodiscard]] ScriptHost& scripts();

  // Loads the scripts of config().script_folder in name order, except those that an operator
  // unloaded, and then those that one loaded from elsewhere. A script that fails is reported and
  // left out. One that takes longer than config().load_patience is loaded while the hub runs.
  std::vector<LoadedFile> load_scripts();

  // Serves until stop(), then disconnects everybody and ends the scripts, for which it waits no
  // longer than config().end_patience. REQUIRES: called once.
  void run();
  // Makes run() end, and returns immediately. A signal handler may call it. The hub must not be
  // destroyed before run() returns.
  void stop();

  // Returns the exit code for the process that runs the hub: 0, or the code that a script gave to
  // vh.StopHub.
  [[nodiscard]] int exit_code() const;
  // Returns the names of the scripts whose code had not returned when run() ended. Their threads go
  // on, so the process should end without destroying what is static: by std::_Exit().
  [[nodiscard]] const std::vector<std::string>& left_behind() const;

  [[nodiscard]] HubStats stats() const;

 private:
  struct Impl;
  explicit Hub(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::hub
