#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "hookline/loop.h"

namespace hookline {
namespace {

class Descriptor {
 public:
  // `fd` is what a system call has returned.
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd < 0) {
      throw std::system_error(errno, std::generic_category(), "cannot open a descriptor");
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(fd_); }

  [[nodiscard]] int get() const noexcept { return fd_; }

  // Returns whether there was a number to read.
  [[nodiscard]] bool read_number() const noexcept {
    std::uint64_t number = 0;
    return read(fd_, &number, sizeof number) == sizeof number;
  }

 private:
  int fd_;
};

}  // namespace

// The descriptor to watch is an epoll instance, which is readable as long as one of the two others
// is. So a host need not ask when the timer runs out, which may change with every event.
struct PollLoop::State {
  explicit State(Turns said) : turns(said) {
    watch(runs_due);
    watch(timer);
  }

  void watch(const Descriptor& descriptor) const {
    epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor.get()}};
    if (epoll_ctl(ready.get(), EPOLL_CTL_ADD, descriptor.get(), &event) != 0) {
      throw std::system_error(errno, std::generic_category(), "cannot watch a descriptor");
    }
  }

  void run() {
    LoopTasks* const running = tasks;
    // A stop() forgets the wake-ups, and those after the next start() are for other tasks.
    if (running != nullptr && !running->run() && tasks == running) {
      (void)runs_due.read_number();
    }
  }

  void set(Duration delay) const noexcept {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(delay);
    const itimerspec when{.it_interval = {},
                          .it_value = {.tv_sec = seconds.count(),
                                       .tv_nsec = static_cast<long>((delay - seconds).count())}};
    timerfd_settime(timer.get(), 0, &when, nullptr);
  }

  const Turns turns;
  LoopTasks* tasks = nullptr;
  bool reports_turns = false;
  const Descriptor ready{epoll_create1(EPOLL_CLOEXEC)};
  // Counts the calls of LoopTasks::run() that are due, and is readable unless it is 0: wake() adds
  // one, and a run() that returns false takes one away.
  const Descriptor runs_due{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)};
  const Descriptor timer{timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
};

PollLoop::PollLoop(Turns turns) : state_(std::make_unique<State>(turns)) {}

PollLoop::~PollLoop() = default;

int PollLoop::fd() const noexcept { return state_->ready.get(); }

void PollLoop::run_ready() noexcept {
  std::array<epoll_event, 2> events{};
  const int count = epoll_wait(state_->ready.get(), events.data(), 2, 0);
  for (int i = 0; i < count; ++i) {
    if (events[static_cast<std::size_t>(i)].data.fd == state_->runs_due.get()) {
      state_->run();
    } else if (state_->timer.read_number() && state_->tasks != nullptr) {
      state_->tasks->on_timer();
    }
  }
}

void PollLoop::end_turn() noexcept {
  if (state_->reports_turns) {
    state_->tasks->end_turn();
  }
}

void PollLoop::start(LoopTasks& tasks) {
  if (state_->tasks != nullptr) {
    throw std::runtime_error("this loop is attached already");
  }
  state_->tasks = &tasks;
}

void PollLoop::stop() noexcept {
  state_->tasks = nullptr;
  state_->reports_turns = false;
  state_->set(Duration::zero());
  while (state_->runs_due.read_number()) {
  }
}

void PollLoop::wake() noexcept { eventfd_write(state_->runs_due.get(), 1); }

void PollLoop::set_timer(Duration delay) noexcept { state_->set(delay); }

bool PollLoop::report_turns() noexcept {
  return state_->reports_turns = state_->turns == Turns::kReported;
}

}  // namespace hookline
