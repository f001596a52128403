#include "tests/simulate/fiber.h"

#include <link.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

#include "marshal/sanitizer.h"

#if HOOKLINE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if !defined(__x86_64__)
#error "The simulation switches stacks with instructions of x86-64."
#endif

// Saves the registers that a function must preserve on the stack, keeps the stack pointer in *save,
// and continues on the stack `load`, which was left in the same way.
extern "C" void simulate_switch(void** save, void* load) noexcept;
asm(R"(
.text
.globl simulate_switch
.type simulate_switch, @function
simulate_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size simulate_switch, .-simulate_switch
)");

extern "C" int __cxa_thread_atexit_impl(void (*destroy)(void*), void* object,
                                        void* module);  // NOLINT(*-reserved-identifier)

// Takes the place of the C++ library's function, which would run the destructors only when the
// thread of the system ends.
extern "C" int __cxa_thread_atexit(void (*destroy)(void*), void* object,  // NOLINT
                                   void* module) noexcept;
extern "C" int __cxa_thread_atexit(void (*destroy)(void*), void* object,  // NOLINT
                                   void* module) noexcept {
  return simulate::Fiber::at_exit(destroy, object)
             ? 0
             : __cxa_thread_atexit_impl(destroy, object, module);
}

namespace simulate {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} << 10;

Fiber* current_fiber = nullptr;

// Says where a stack is.
struct Place {
  const void* bottom = nullptr;
  std::size_t bytes = 0;
};

// The system's own stack, as far as AddressSanitizer has told.
Place outside_stack;

// AddressSanitizer has to know each stack. These surround a switch, and do nothing without it.
void before_switch([[maybe_unused]] const Place& to, [[maybe_unused]] void*& kept) noexcept {
#if HOOKLINE_ASAN
  __sanitizer_start_switch_fiber(&kept, to.bottom, to.bytes);
#endif
}
Place after_switch([[maybe_unused]] void* kept) noexcept {
  Place from;
#if HOOKLINE_ASAN
  __sanitizer_finish_switch_fiber(kept, &from.bottom, &from.bytes);
#endif
  return from;
}
void clean_stack([[maybe_unused]] const Place& stack) noexcept {
#if HOOKLINE_ASAN
  __asan_unpoison_memory_region(stack.bottom, stack.bytes);
#endif
}

// The thread_local variables of the program: where they are, and what they are initialized with.
struct ThreadLocals {
  std::byte* at = nullptr;
  std::size_t size = 0;
  std::span<const std::byte> initial;
};

int find_thread_locals(dl_phdr_info* info, std::size_t /*size*/, void* result) {
  auto& found = *static_cast<ThreadLocals*>(result);
  for (const auto& part : std::span(info->dlpi_phdr, info->dlpi_phnum)) {
    if (part.p_type == PT_TLS && info->dlpi_tls_data != nullptr) {
      found.at = static_cast<std::byte*>(info->dlpi_tls_data);
      found.size = part.p_memsz;
      found.initial = {reinterpret_cast<const std::byte*>(info->dlpi_addr + part.p_vaddr),
                       part.p_filesz};
    }
  }
  return 1;  // the program itself comes first; its libraries keep theirs
}

const ThreadLocals& thread_locals() {
  static const ThreadLocals kFound = [] {
    ThreadLocals found;
    dl_iterate_phdr(find_thread_locals, &found);
    return found;
  }();
  return kFound;
}

}  // namespace

// Stacks are kept for the next fiber, since mapping one takes longer than most runs.
struct Fiber::Stack {
  Stack() {
    if (!spare().empty()) {
      bottom = spare().back();
      spare().pop_back();
      return;
    }
    bottom = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bottom == MAP_FAILED) {
      std::abort();
    }
    mprotect(bottom, 4096, PROT_NONE);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() { spare().push_back(bottom); }
  static std::vector<void*>& spare() {
    static auto* const kSpare = new std::vector<void*>;
    return *kSpare;
  }
  void* bottom;
};

Fiber::Fiber(std::function<void()> main)
    : main_(std::move(main)),
      stack_(std::make_unique<Stack>()),
      thread_locals_(thread_locals().size) {
  clean_stack({stack_->bottom, kStackBytes});  // its last user has not returned from all functions
  const auto& initial = thread_locals().initial;
  std::memcpy(thread_locals_.data(), initial.data(), initial.size());
  // As simulate_switch() leaves a stack: six registers, then where to return to. The last word is
  // the return address of enter(), which never returns.
  void** const top =
      reinterpret_cast<void**>(static_cast<std::byte*>(stack_->bottom) + kStackBytes);
  std::memset(top - 8, 0, 8 * sizeof(void*));
  top[-2] = reinterpret_cast<void*>(&Fiber::enter);
  stack_pointer_ = top - 8;
}

Fiber::Fiber(OutsideTag /*tag*/) : thread_locals_(thread_locals().size) {}

Fiber::~Fiber() = default;

Fiber& Fiber::outside() {
  static auto* const kOutside = new Fiber(OutsideTag());
  return *kOutside;
}

Fiber& Fiber::current() noexcept { return current_fiber == nullptr ? outside() : *current_fiber; }

void Fiber::switch_to() noexcept {
  Fiber& before = current();
  if (&before == this) {
    return;
  }
  const ThreadLocals& locals = thread_locals();
  std::memcpy(before.thread_locals_.data(), locals.at, locals.size);
  std::memcpy(locals.at, thread_locals_.data(), locals.size);
  current_fiber = this;
  void* kept = nullptr;
  before_switch(stack_ != nullptr ? Place{stack_->bottom, kStackBytes} : outside_stack, kept);
  simulate_switch(&before.stack_pointer_, stack_pointer_);
  after_switch(kept);
}

void Fiber::enter() noexcept {
  const Place from = after_switch(nullptr);
  if (outside_stack.bottom == nullptr) {
    outside_stack = from;  // the first fiber is started from outside
  }
  current_fiber->main_();
  std::abort();
}

bool Fiber::at_exit(void (*destroy)(void*), void* object) {
  if (current_fiber == nullptr || current_fiber == &outside()) {
    return false;
  }
  current_fiber->exit_handlers_.emplace_back(destroy, object);
  return true;
}

void Fiber::run_exit_handlers() noexcept {
  auto& handlers = current().exit_handlers_;
  while (!handlers.empty()) {
    const auto [destroy, object] = handlers.back();
    handlers.pop_back();
    destroy(object);
  }
}

}  // namespace simulate
