#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "cli/cli.h"
#include "cli/client_fleet.h"
#include "cli/demo_report.h"
#include "cli/hub_thread.h"
#include "cli/traffic.h"
#include "hookline/error.h"

namespace hookline::cli {

// Runs a hub with scripts and clients that chat over TCP, and accounts for every line.
//
// Thread safety: one thread at a time.
class Demo {
 public:
  // Receives the progress, at least once a second.
  using Watcher = std::function<void(const ClientFleet::Progress&, double lines_per_second)>;

  Demo(DemoOptions options, Watcher watcher);
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;
  // Ends the hub, and waits for its scripts, even if they do not return. See abandon().
  ~Demo();

  // Runs the demo. Returns an error if it does not get to its end. After kDeadlineExceeded, when
  // nothing moved any more, the hub may not end either. Wrong results are not an error: they are in
  // DemoReport::problems.
  [[nodiscard]] Result<DemoReport> run();

 private:
  [[nodiscard]] Result<void> start_hub();
  [[nodiscard]] Result<void> await(ClientFleet::Phase phase);
  [[nodiscard]] DemoReport account(const hub::HubStats& before, const hub::HubStats& after,
                                   std::uint64_t calls);
  [[nodiscard]] Result<void> ask_scripts(DemoReport& report);
  void find_problems(DemoReport& report) const;
  [[nodiscard]] bool is_examples() const { return !options_.scripts; }
  // Returns the number of calls that all scripts have begun so far.
  [[nodiscard]] std::uint64_t calls_started();

  DemoOptions options_;
  Watcher watcher_;
  Traffic traffic_;
  std::unique_ptr<HubThread> hub_;
  std::unique_ptr<ClientFleet> fleet_;
};

// Makes the configuration of the demo's hub: it listens on loopback, it has no limits that the load
// would reach, and the settings of the example scripts match the traffic.
[[nodiscard]] hub::HubConfig make_demo_config(const DemoOptions& options,
                                              const std::filesystem::path& scripts);

}  // namespace hookline::cli
