#include "cli/signal_watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace hookline::cli {

namespace {

int checked(int descriptor, const char* what) {
  if (descriptor < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return descriptor;
}

int open_signals() {
  const sigset_t signals = BlockedSignals::set();
  return checked(signalfd(-1, &signals, SFD_CLOEXEC), "signalfd");
}

}  // namespace

sigset_t BlockedSignals::set() {
  sigset_t set{};
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

BlockedSignals::BlockedSignals() {
  const sigset_t signals = set();
  pthread_sigmask(SIG_BLOCK, &signals, &before_);
}

BlockedSignals::~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

SignalWatcher::SignalWatcher(std::function<void()> first, std::function<void()> again)
    : first_(std::move(first)),
      again_(std::move(again)),
      signals_(open_signals()),
      stop_(checked(eventfd(0, EFD_CLOEXEC), "eventfd")),
      thread_([this] { watch(); }) {}

SignalWatcher::~SignalWatcher() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(stop_);
  close(signals_);
}

void SignalWatcher::watch() {
  bool seen = false;
  std::array<pollfd, 2> watched{{{signals_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  while (true) {
    if (poll(watched.data(), watched.size(), -1) < 0) {
      continue;
    }
    if (watched[1].revents != 0) {
      return;
    }
    signalfd_siginfo info{};
    if (read(signals_, &info, sizeof info) != sizeof info) {
      continue;
    }
    (seen ? again_ : first_)();
    seen = true;
  }
}

}  // namespace hookline::cli
