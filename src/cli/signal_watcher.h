#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace hookline::cli {

// Blocks SIGINT and SIGTERM on the calling thread, and on those that it starts, while it lives.
class BlockedSignals {
 public:
  BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals();

  // SIGINT and SIGTERM.
  [[nodiscard]] static sigset_t set();

 private:
  sigset_t before_{};
};

// Waits for SIGINT or SIGTERM on a thread of its own, where anything may be done that a signal
// handler may not. REQUIRES: a BlockedSignals lives on the thread that constructs it.
class SignalWatcher {
 public:
  // `first` runs at the first signal, `again` at each further one.
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
