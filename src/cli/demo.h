#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/client_fleet.h"
#include "cli/demo_report.h"
#include "cli/hub_thread.h"
#include "cli/traffic.h"
#include "hookline/error.h"

namespace hookline::cli {

struct DemoOptions {
  std::uint64_t messages = 200'000;
  std::size_t clients = 20;
  std::optional<std::string> scripts;  // a folder; the example scripts if not given
  std::uint32_t window = 16;           // lines of one client that may be under way
  std::chrono::seconds stall{60};      // without any progress: give up
  bool json = false;
};

// The whole way once: a hub with scripts, clients on TCP that chat, and the account of every line.
//
// Thread safety: one thread at a time.
class Demo {
 public:
  // Told about the progress, at least once a second.
  using Watcher = std::function<void(const ClientFleet::Progress&, double lines_per_second)>;

  Demo(DemoOptions options, Watcher watcher);
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;
  // Ends the hub: waits for a script that does not return. See `abandon`.
  ~Demo();

  // An error: it could not be run to its end (kDeadlineExceeded: nothing moved any more, so that
  // the hub may not end either). What it then found wrong is in DemoReport::problems.
  [[nodiscard]] Result<DemoReport> run();

 private:
  [[nodiscard]] Result<void> start_hub();
  [[nodiscard]] Result<void> await(ClientFleet::Phase phase);
  [[nodiscard]] DemoReport account(const hub::HubStats& before, const hub::HubStats& after,
                                   std::uint64_t calls);
  [[nodiscard]] Result<void> ask_scripts(DemoReport& report);
  void find_problems(DemoReport& report) const;
  [[nodiscard]] bool is_examples() const { return !options_.scripts; }
  // How many calls the scripts' interpreters have begun so far.
  [[nodiscard]] std::uint64_t calls_started();

  DemoOptions options_;
  Watcher watcher_;
  Traffic traffic_;
  std::unique_ptr<HubThread> hub_;
  std::unique_ptr<ClientFleet> fleet_;
};

// The configuration of the demo's hub: loopback, no limits that the load would hit, and the example
// scripts told what the traffic holds.
[[nodiscard]] hub::HubConfig make_demo_config(const DemoOptions& options,
                                              const std::filesystem::path& scripts);

}  // namespace hookline::cli
