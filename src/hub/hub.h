#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "hookline/error.h"
#include "hookline/script_host.h"
#include "hub/config/config.h"

namespace hookline::hub {

// What the hub has done since it started. Counters are exact.
struct HubStats {
  std::uint64_t connections = 0;    // ever
  std::uint64_t users = 0;          // logged in now
  std::uint64_t chat_lines = 0;     // received from logged-in users
  std::uint64_t chat_allowed = 0;   // as they came
  std::uint64_t chat_replaced = 0;  // let through with another text
  std::uint64_t chat_blocked = 0;
  std::uint64_t chat_abandoned = 0;  // the sender left before the verdict came
  std::uint64_t late_verdicts = 0;
  std::uint64_t hook_events = 0;      // events sent to at least one script
  std::uint64_t protocol_errors = 0;  // clients disconnected for malformed or too long input
  std::uint64_t floods = 0;           // clients disconnected for flooding
  // From a chat line's turn (its sender's earlier commands are done) to its verdict.
  std::uint64_t verdict_p50_us = 0;
  std::uint64_t verdict_p99_us = 0;
  double loop_cpu_seconds = 0;  // CPU time of the thread that ran run(), so far
};

// What no config file can say.
struct HubOptions {
  // Of all timeouts and limits; must outlive the hub. nullptr: Clock::system(). Sampled every 100
  // ms of real time.
  Clock* clock = nullptr;
  // For `hookline ctl`, see control_path.h. Empty: none.
  std::filesystem::path control_socket;
  // How much is logged in this run. Empty: as before, or what an operator has set in an earlier
  // run.
  std::string log_level;
  // What scripts print goes to stderr, so that stdout has only what its program writes.
  bool stdout_to_stderr = false;
  // How long the end waits for scripts before it logs for which ones it waits. Of real time.
  Duration scripts_patience = std::chrono::seconds(5);
};

// The embedded NMDC hub: users on TCP, hooks to the scripts, all on one libuv loop.
//
// Thread safety: create, run and destruction on one thread, the hub's; stop(), stats(), exit_code()
// and port() from any thread; the rest on the hub's thread, before run().
class Hub {
 public:
  // Binds the port (an error names it) and starts Python; loads no script yet. From here on the
  // process ignores SIGPIPE, unless it handles it: libuv writes to sockets that may be closed.
  [[nodiscard]] static Result<std::unique_ptr<Hub>> create(HubConfig config,
                                                           const HubOptions& options = {});
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const HubConfig& config() const;
  [[nodiscard]] ScriptHost& scripts();

  // Loads the scripts of config().script_folder, in name order, but for those that an operator has
  // unloaded, and those that one has loaded from elsewhere. A script that fails is reported and
  // left out.
  std::vector<ScriptHost::LoadResult> load_scripts();

  // Serves until stop(), then disconnects everybody and ends the scripts. Once only.
  void run();
  // Returns at once. A signal handler may call it. The hub must not be destroyed before run()
  // returns.
  void stop();

  // What the process that runs the hub is to exit with: 0, or what a script gave to vh.StopHub.
  [[nodiscard]] int exit_code() const;

  [[nodiscard]] HubStats stats() const;

 private:
  struct Impl;
  explicit Hub(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::hub
