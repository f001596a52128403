#include "interp/crash_handler.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string_view>

namespace hookline::detail {

constinit thread_local const char* running_script = nullptr;

namespace {

struct Crash {
  int number;
  std::string_view name;
};

constexpr auto kCrashes = std::to_array<Crash>({
    {SIGSEGV, "SIGSEGV"},
    {SIGBUS, "SIGBUS"},
    {SIGFPE, "SIGFPE"},
    {SIGILL, "SIGILL"},
    {SIGABRT, "SIGABRT"},
});

constexpr int kLeastDescriptor = 10;
constexpr std::size_t kHandlerStack = 64 << 10;
constexpr std::size_t kLongestName = 64;
// A function with large variables may step over the guard page, or a part of it.
constexpr std::uintptr_t kAroundEnd = 64 << 10;

// Holds what the handler uses. A handler has no arguments of its own, so this is global. It is
// written once, before the handler is installed.
struct Handler {
  int descriptor = -1;
  std::array<struct sigaction, kCrashes.size()> before{};
};
Handler handler;

constinit thread_local std::uintptr_t end_of_stack = 0;  // its lowest address; 0: not known
constinit thread_local std::array<char, kLongestName> own_name{};

// Owns a thread's stack for signal handlers.
class HandlerStack {
 public:
  HandlerStack() noexcept {
    stack_t present{};
    if (sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) {
      return;  // the thread has another one, such as a sanitizer's
    }
    void* const memory = mmap(nullptr, kHandlerStack, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) {
      return;
    }
    const stack_t mine{.ss_sp = memory, .ss_flags = 0, .ss_size = kHandlerStack};
    if (sigaltstack(&mine, nullptr) == 0) {
      memory_ = memory;
    } else {
      munmap(memory, kHandlerStack);
    }
  }
  ~HandlerStack() {
    if (memory_ != nullptr) {
      stack_t none{};
      none.ss_flags = SS_DISABLE;
      sigaltstack(&none, nullptr);
      munmap(memory_, kHandlerStack);
    }
  }
  HandlerStack(const HandlerStack&) = delete;
  HandlerStack& operator=(const HandlerStack&) = delete;

 private:
  void* memory_ = nullptr;
};

void remember_stack() noexcept {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
    return;
  }
  void* lowest = nullptr;
  std::size_t size = 0;
  if (pthread_attr_getstack(&attributes, &lowest, &size) == 0) {
    end_of_stack = reinterpret_cast<std::uintptr_t>(lowest);
  }
  pthread_attr_destroy(&attributes);
}

bool is_at_end_of_stack(const void* address) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  return end_of_stack != 0 && at < end_of_stack + kAroundEnd && at >= end_of_stack - kAroundEnd;
}

// Is a line that is put together without memory from the heap.
class Line {
 public:
  Line& operator<<(std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), text_.size() - size_);
    std::memcpy(text_.data() + size_, text.data(), size);
    size_ += size;
    return *this;
  }
  // A pipe that nobody reads must not keep the process from ending.
  void write_to(int descriptor) const noexcept {
    pollfd watched{descriptor, POLLOUT, 0};
    if (poll(&watched, 1, 0) > 0) {
      (void)!::write(descriptor, text_.data(), size_);
    }
  }

 private:
  std::array<char, 512> text_{};
  std::size_t size_ = 0;
};

void report(std::string_view signal, const siginfo_t* info) noexcept {
  std::array<char, 16> thread{};
  prctl(PR_GET_NAME, thread.data());
  Line line;
  line << "hookline: the process ends by " << signal << " on thread '" << thread.data() << "', ";
  if (running_script != nullptr) {
    line << "while the script '" << running_script << "' was running";
  } else {
    line << "on which no script was running";
  }
  if ((info->si_signo == SIGSEGV || info->si_signo == SIGBUS) &&
      is_at_end_of_stack(info->si_addr)) {
    line << "; the thread's C stack is full, as by a recursion in C code without end";
  }
  line << "\n";
  line.write_to(handler.descriptor);
}

// Passes the signal on to the handler that was there before.
void pass_on(std::size_t which, siginfo_t* info, void* context) noexcept {
  const struct sigaction& before = handler.before[which];
  if ((before.sa_flags & SA_SIGINFO) != 0) {
    before.sa_sigaction(info->si_signo, info, context);
    return;
  }
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(info->si_signo);
    return;
  }
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  sigaction(info->si_signo, &standard, nullptr);
  // An instruction that crashed crashes again when the handler returns. A signal that was sent does
  // not come again, so it is sent once more.
  if (info->si_code <= 0) {
    raise(info->si_signo);
  }
}

void on_crash(int number, siginfo_t* info, void* context) {
  for (std::size_t i = 0; i < kCrashes.size(); ++i) {
    if (kCrashes[i].number == number) {
      report(kCrashes[i].name, info);
      pass_on(i, info, context);
    }
  }
}

void install() noexcept {
  handler.descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, kLeastDescriptor);
  for (std::size_t i = 0; i < kCrashes.size(); ++i) {
    struct sigaction action{};
    action.sa_sigaction = &on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(kCrashes[i].number, nullptr, &handler.before[i]);
    sigaction(kCrashes[i].number, &action, nullptr);
  }
}

}  // namespace

void prepare_thread_for_crashes() noexcept {
  static thread_local HandlerStack stack;
  (void)stack;
  if (end_of_stack == 0) {
    remember_stack();
  }
}

void prepare_script_thread(const char* script) noexcept {
  prepare_thread_for_crashes();
  std::strncpy(own_name.data(), script, own_name.size() - 1);
  running_script = own_name.data();
}

void install_crash_handler() noexcept {
  static std::once_flag once;
  std::call_once(once, &install);
}

}  // namespace hookline::detail
