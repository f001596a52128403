#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace hookline::cli {

// Blocks SIGINT and SIGTERM during its lifetime, on the calling thread and on threads that it
// starts.
class BlockedSignals {
 public:
  BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals();

  // Returns the set of SIGINT and SIGTERM.
  [[nodiscard]] static sigset_t set();

 private:
  sigset_t before_{};
};

// Waits for SIGINT and SIGTERM on a thread of its own, whose callbacks may do what signal handlers
// must not. REQUIRES: a BlockedSignals exists on the constructing thread.
class SignalWatcher {
 public:
  // Calls `first` at the first signal, and `again` at each further one.
  SignalWatcher(std::function<void()> first, std::function<void()> again);
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;
  ~SignalWatcher();

 private:
  void watch();

  std::function<void()> first_;
  std::function<void()> again_;
  int signals_;  // a signalfd
  int stop_;     // an eventfd
  std::thread thread_;
};

}  // namespace hookline::cli
