#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace hookline::cli {

// Catches SIGINT and SIGTERM during its lifetime; a SignalWatcher says what they do. Signals that
// come before there is one wait for it.
//
// The signals are handled rather than blocked, because a mask belongs to each thread: a script's
// library that unblocks one on its thread would let it end the process, and children would inherit
// it. A child of fork() ends by the signal, as if there were no handler.
//
// REQUIRES: there is one at a time, since a process has one handler for each signal.
class CaughtSignals {
 public:
  CaughtSignals();
  CaughtSignals(const CaughtSignals&) = delete;
  CaughtSignals& operator=(const CaughtSignals&) = delete;
  ~CaughtSignals();

  // Returns an eventfd that counts the signals.
  [[nodiscard]] int descriptor() const { return events_; }

 private:
  int events_;
  struct sigaction interrupt_before_{};
  struct sigaction terminate_before_{};
};

// Waits for SIGINT and SIGTERM on a thread of its own, whose callbacks may do what signal handlers
// must not.
class SignalWatcher {
 public:
  // Calls `first` at the first signal, and `again` at each further one. `signals` is not owned.
  SignalWatcher(const CaughtSignals& signals, std::function<void()> first,
                std::function<void()> again);
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;
  ~SignalWatcher();

 private:
  void watch();

  std::function<void()> first_;
  std::function<void()> again_;
  int signals_;
  int stop_;  // an eventfd
  std::thread thread_;
};

}  // namespace hookline::cli
