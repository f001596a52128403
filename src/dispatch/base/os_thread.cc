#include "dispatch/base/os_thread.h"

#include <cassert>
#include <memory>
#include <string>
#include <system_error>

namespace hookline::detail {
namespace {

using Main = std::move_only_function<void()>;

void* run_main(void* argument) {
  const std::unique_ptr<Main> main(static_cast<Main*>(argument));
  (*main)();
  return nullptr;
}

// Is the attributes of a thread that is about to start.
class Attributes {
 public:
  Attributes() : status_(pthread_attr_init(&attributes_)), made_(status_ == 0) {}
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() {
    if (made_) {
      pthread_attr_destroy(&attributes_);
    }
  }
  void set_stack(std::size_t bytes) noexcept {
    if (status_ == 0) {
      status_ = pthread_attr_setstacksize(&attributes_, bytes);
    }
  }
  // Returns the error number of the first function that has failed; 0: none.
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] const pthread_attr_t* get() const noexcept { return &attributes_; }

 private:
  pthread_attr_t attributes_{};
  int status_;
  bool made_;
};

// The closed list of errors has none for a lack of threads. Like a full mailbox, a lack of threads
// means that there is no room now, and that there may be some later.
Error no_thread(int status) {
  return {.code = ErrorCode::kQueueFull,
          .message = "a thread cannot be started: " + std::system_category().message(status)};
}

}  // namespace

Result<OsThread> OsThread::start(std::move_only_function<void()> main, std::size_t stack_bytes,
                                 CreateThread create) {
  Attributes attributes;
  attributes.set_stack(stack_bytes);
  if (attributes.status() != 0) {
    return std::unexpected(no_thread(attributes.status()));
  }
  auto owned = std::make_unique<Main>(std::move(main));
  pthread_t id{};
  if (const int status = create(&id, attributes.get(), &run_main, owned.get()); status != 0) {
    return std::unexpected(no_thread(status));
  }
  [[maybe_unused]] const Main* const now_of_the_thread = owned.release();
  return OsThread(id);
}

OsThread& OsThread::operator=(OsThread&& other) noexcept {
  assert(!joinable_);
  id_ = other.id_;
  joinable_ = std::exchange(other.joinable_, false);
  return *this;
}

OsThread::~OsThread() { assert(!joinable_); }

void OsThread::join() noexcept {
  assert(joinable_);
  pthread_join(id_, nullptr);
  joinable_ = false;
}

}  // namespace hookline::detail
