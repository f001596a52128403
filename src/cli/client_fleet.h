#pragma once

#include <uv.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "cli/delivery_checker.h"
#include "cli/demo_client.h"
#include "cli/traffic.h"
#include "hub/net/uv_handle.h"

namespace hookline::cli {

// Runs the clients of the demo on one event loop, on a thread of its own.
//
// Thread safety: progress() from any thread, all other methods from the owner's thread.
class ClientFleet final : private DemoClient::Events {
 public:
  enum class Phase : std::uint8_t {
    kLoggingIn,
    kReady,  // all clients have logged in and wait for begin()
    kSending,
    kDraining,  // all lines have been decided, and the last ones are arriving
    kDone,
    kFailed,
  };
  struct Progress {
    std::uint64_t logged_in = 0;
    std::uint64_t sent = 0;
    std::uint64_t decided = 0;
    std::uint64_t received = 0;  // sum over all clients
    friend bool operator==(const Progress&, const Progress&) = default;
  };

  // Starts to connect to the hub immediately. `traffic` must outlive the fleet.
  ClientFleet(const Traffic& traffic, std::uint16_t port, std::uint32_t window);
  ClientFleet(const ClientFleet&) = delete;
  ClientFleet& operator=(const ClientFleet&) = delete;
  ~ClientFleet() override;

  // Waits until `phase` or a later one is reached, or the timeout is over. Returns the current
  // phase.
  Phase wait_for(Phase phase, std::chrono::nanoseconds timeout);
  // Lets the clients send. REQUIRES: Phase::kReady.
  void begin();
  // Disconnects all clients and ends the thread. May be called again.
  void stop();

  [[nodiscard]] Progress progress() const;

  // The following methods REQUIRE that stop() has been called.

  // Returns the time from begin() until the last line arrived. REQUIRES: Phase::kDone was reached.
  [[nodiscard]] std::chrono::duration<double> elapsed() const { return finished_at_ - started_at_; }
  // Returns the reason for Phase::kFailed.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  // Describes what the first few clients were waiting for, to explain a stall.
  [[nodiscard]] std::string waiting_for() const;
  [[nodiscard]] DeliveryReport report() const { return checker_.report(); }
  // Returns the number of received chat lines with a tag that no client has sent.
  [[nodiscard]] std::uint64_t unknown_lines() const { return unknown_lines_; }

 private:
  // Is called on the owner's thread.
  void wake(bool& flag);
  // All methods below are called on the loop's thread.
  void run_loop();
  void on_wake();
  void close_clients();
  void set_phase(Phase phase);
  void on_logged_in() override;
  void on_sent(std::uint32_t lines) override;
  void on_chat(const DemoClient& client, std::string_view text) override;
  void on_decided(std::uint32_t lines, bool all) override;
  void on_drained() override;
  void on_failed(const DemoClient& client, const std::string& reason) override;

  const Traffic& traffic_;
  uv_loop_t loop_{};
  hub::UvHandle<uv_async_t> wake_;
  std::deque<DemoClient> clients_;
  DeliveryChecker checker_;
  std::uint64_t unknown_lines_ = 0;
  std::size_t all_decided_ = 0;  // number of clients
  std::size_t drained_ = 0;      // number of clients
  std::string failure_;
  std::chrono::steady_clock::time_point started_at_;
  std::chrono::steady_clock::time_point finished_at_;

  // Only the loop's thread writes these.
  std::atomic<std::uint64_t> logged_in_{0};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> decided_{0};
  std::atomic<std::uint64_t> received_{0};

  mutable std::mutex mutex_;  // guards the members below
  std::condition_variable phase_changed_;
  Phase phase_ = Phase::kLoggingIn;
  bool begin_asked_ = false;
  bool stop_asked_ = false;

  std::thread thread_;
};

}  // namespace hookline::cli
