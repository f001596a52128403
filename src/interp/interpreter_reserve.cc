#include "interp/interpreter_reserve.h"

#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "interp/crash_handler.h"
#include "interp/python_process.h"
#include "interp/sub_interpreter.h"

namespace hookline::detail {

namespace {

// How many loads can begin while the main GIL is kept. Each takes a few MiB while it is unused.
constexpr std::size_t kUnused = 4;
constexpr std::chrono::seconds kPatience{1};

}  // namespace

// Makes the interpreters, on a thread of its own, and has those that are unused.
//
// The thread waits for the main GIL without holding a lock, and looks whether it is still needed
// when it has got it: the reserve, and the mutex that it was given, may be gone by then.
class InterpreterReserve::Maker {
 public:
  explicit Maker(std::mutex& lifecycle) : lifecycle_(lifecycle) {}

  void add_wish(const std::shared_ptr<Maker>& self);
  void drop_wish();
  [[nodiscard]] PyInterpreterState* take() noexcept;
  [[nodiscard]] bool close();

 private:
  void run();
  // These unlock meanwhile.
  void make_one(std::unique_lock<std::mutex>& lock);
  void end_one(std::unique_lock<std::mutex>& lock);
  void end_all(std::unique_lock<std::mutex>& lock) {
    while (count_ > 0) {
      end_one(lock);
    }
  }
  [[nodiscard]] bool needs_one() const { return wishes_ > 0 && count_ < kUnused && !has_failed_; }
  [[nodiscard]] bool has_too_many() const { return count_ > 0 && wishes_ == 0; }

  std::mutex& lifecycle_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::array<PyInterpreterState*, kUnused> unused_{};
  std::size_t count_ = 0;
  std::size_t wishes_ = 0;
  bool has_failed_ = false;  // until one was taken
  bool waits_for_gil_ = false;
  bool is_closed_ = false;
  bool is_detached_ = false;  // close() has returned without the thread
  std::thread thread_;
  bool has_ended_ = false;
};

// Without a thread there are no unused interpreters, and loads wait for the main GIL.
void InterpreterReserve::Maker::add_wish(const std::shared_ptr<Maker>& self) {
  std::unique_lock lock(mutex_);
  ++wishes_;
  has_failed_ = false;
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread([self] { self->run(); });
    } catch (const std::exception&) {
      return;
    }
  }
  changed_.notify_all();
  changed_.wait(lock, [this] { return !needs_one() || is_closed_; });
}

void InterpreterReserve::Maker::drop_wish() {
  const std::scoped_lock lock(mutex_);
  --wishes_;
  changed_.notify_all();
}

PyInterpreterState* InterpreterReserve::Maker::take() noexcept {
  const std::scoped_lock lock(mutex_);
  has_failed_ = false;
  changed_.notify_all();
  return count_ == 0 ? nullptr : unused_.at(--count_);
}

bool InterpreterReserve::Maker::close() {
  std::unique_lock lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
  if (!thread_.joinable()) {
    return true;
  }
  changed_.wait_for(lock, kPatience, [this] { return has_ended_; });
  if (waits_for_gil_) {
    end_all(lock);
  }
  if (waits_for_gil_) {
    is_detached_ = true;
    thread_.detach();
    return false;
  }
  changed_.wait(lock, [this] { return has_ended_; });
  lock.unlock();
  thread_.join();
  return true;
}

void InterpreterReserve::Maker::run() {
  sigset_t all{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);  // signals are for the host's threads
  prepare_thread_for_crashes();
  std::unique_lock lock(mutex_);
  while (!is_closed_) {
    if (needs_one()) {
      make_one(lock);
    } else if (has_too_many()) {
      end_one(lock);
    } else {
      changed_.wait(lock);
    }
  }
  if (!is_detached_) {
    end_all(lock);
  }
  has_ended_ = true;
  changed_.notify_all();
}

void InterpreterReserve::Maker::make_one(std::unique_lock<std::mutex>& lock) {
  waits_for_gil_ = true;
  lock.unlock();
  {
    const MainInterpreterLock waits;
  }
  lock.lock();
  waits_for_gil_ = false;
  if (is_closed_) {
    return;
  }
  lock.unlock();
  PyInterpreterState* const made = SubInterpreter::create_unused(lifecycle_);
  lock.lock();
  if (made != nullptr) {
    unused_.at(count_++) = made;
  } else {
    has_failed_ = true;
  }
  changed_.notify_all();
}

void InterpreterReserve::Maker::end_one(std::unique_lock<std::mutex>& lock) {
  PyInterpreterState* const one = unused_.at(--count_);
  lock.unlock();
  (void)SubInterpreter::use(lifecycle_, one);  // which ends with the result
  lock.lock();
}

InterpreterReserve::Wish::Wish(std::shared_ptr<Maker> maker) : maker_(std::move(maker)) {}

InterpreterReserve::Wish& InterpreterReserve::Wish::operator=(Wish&& other) noexcept {
  std::swap(maker_, other.maker_);
  return *this;
}

InterpreterReserve::Wish::~Wish() {
  if (maker_ != nullptr) {
    maker_->drop_wish();
  }
}

InterpreterReserve::InterpreterReserve(std::mutex& lifecycle)
    : maker_(std::make_shared<Maker>(lifecycle)) {}

InterpreterReserve::~InterpreterReserve() = default;

InterpreterReserve::Wish InterpreterReserve::wish() {
  maker_->add_wish(maker_);
  return Wish(maker_);
}

PyInterpreterState* InterpreterReserve::take() noexcept { return maker_->take(); }

bool InterpreterReserve::close() { return maker_->close(); }

}  // namespace hookline::detail
