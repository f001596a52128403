#include "cli/signal_watcher.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

namespace hookline::cli {

namespace {

// Holds what the handler uses, which is a function without arguments of its own, so this has to be
// global.
struct Caught {
  std::atomic<int> events{-1};
  std::atomic<pid_t> process{0};
};
constinit Caught caught;
static_assert(std::atomic<int>::is_always_lock_free);

void handle_by_default(int number) {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  sigaction(number, &standard, nullptr);
}

void on_signal(int number) {
  const int before = errno;
  if (getpid() == caught.process.load()) {
    eventfd_write(caught.events.load(), 1);
  } else {  // a child that has just been forked, see end_as_usual()
    handle_by_default(number);
    raise(number);
  }
  errno = before;
}

// A forked child shares the descriptor, and a signal for it is not for its parent.
void end_as_usual() {
  if (caught.events.load() >= 0) {
    handle_by_default(SIGINT);
    handle_by_default(SIGTERM);
  }
}

struct sigaction handle(int number) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(number, &action, &before);
  return before;
}

// The descriptor does not block, so that a handler never waits.
int open_events(int flags = 0) {
  const int descriptor = eventfd(0, EFD_CLOEXEC | flags);
  if (descriptor < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  return descriptor;
}

// The program that started this one may have blocked the signals.
void unblock() {
  sigset_t set{};
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace

CaughtSignals::CaughtSignals() : events_(open_events(EFD_NONBLOCK)) {
  [[maybe_unused]] static const int kPrepared = pthread_atfork(nullptr, nullptr, &end_as_usual);
  caught.events = events_;
  caught.process = getpid();
  interrupt_before_ = handle(SIGINT);
  terminate_before_ = handle(SIGTERM);
  unblock();
}

CaughtSignals::~CaughtSignals() {
  sigaction(SIGINT, &interrupt_before_, nullptr);
  sigaction(SIGTERM, &terminate_before_, nullptr);
  caught.events = -1;
  close(events_);
}

SignalWatcher::SignalWatcher(const CaughtSignals& signals, std::function<void()> first,
                             std::function<void()> again)
    : first_(std::move(first)),
      again_(std::move(again)),
      signals_(signals.descriptor()),
      stop_(open_events()),
      thread_([this] { watch(); }) {}

SignalWatcher::~SignalWatcher() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(stop_);
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
    eventfd_t count = 0;
    if (eventfd_read(signals_, &count) != 0) {
      continue;
    }
    for (; count > 0; --count) {
      (seen ? again_ : first_)();
      seen = true;
    }
  }
}

}  // namespace hookline::cli
