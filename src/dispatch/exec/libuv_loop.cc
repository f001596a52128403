#include "dispatch/exec/libuv_loop.h"

#include <uv.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "dispatch/exec/loop_executor.h"
#include "hookline/uv.h"

namespace hookline::detail {

struct LibuvLoop::Handles {
  LoopTasks* tasks = nullptr;  // nullptr after stop()
  uv_async_t wake{};
  uv_idle_t again{};  // while it is active, the loop turns without sleeping
  uv_timer_t timer{};
  uv_check_t after_sockets{};
  uv_prepare_t before_sleep{};
  int open = 0;

  template <class UvHandle>
  static Handles& of(UvHandle* handle) {
    return *static_cast<Handles*>(handle->data);
  }

  template <class UvHandle>
  void own(UvHandle& handle) {
    handle.data = this;
    ++open;
  }

  template <class UvHandle>
  void close(UvHandle& handle) {
    uv_close(reinterpret_cast<uv_handle_t*>(&handle), [](uv_handle_t* closed) {
      Handles* const handles = &of(closed);
      if (--handles->open == 0) {
        delete handles;
      }
    });
  }

  template <class UvHandle>
  static void run(UvHandle* handle) {
    Handles& handles = of(handle);
    const bool again = handles.tasks->run();
    if (handles.tasks == nullptr) {
      return;
    }
    if (again) {
      uv_idle_start(&handles.again, &Handles::run<uv_idle_t>);
    } else {
      uv_idle_stop(&handles.again);
    }
  }

  template <class UvHandle>
  static void end_turn(UvHandle* handle) {
    of(handle).tasks->end_turn();
  }
};

void LibuvLoop::start(LoopTasks& tasks) {
  if (handles_ != nullptr) {
    throw std::runtime_error("this loop is attached already");
  }
  auto handles = std::make_unique<Handles>();
  if (const int rc = uv_async_init(loop_, &handles->wake, &Handles::run<uv_async_t>); rc != 0) {
    throw std::runtime_error(std::string("uv_async_init: ") + uv_strerror(rc));
  }
  handles->own(handles->wake);
  uv_idle_init(loop_, &handles->again);
  handles->own(handles->again);
  uv_timer_init(loop_, &handles->timer);
  handles->own(handles->timer);
  uv_check_init(loop_, &handles->after_sockets);
  handles->own(handles->after_sockets);
  uv_prepare_init(loop_, &handles->before_sleep);
  handles->own(handles->before_sleep);
  handles->tasks = &tasks;
  handles_ = handles.release();
}

void LibuvLoop::stop() noexcept {
  Handles* const handles = std::exchange(handles_, nullptr);
  if (handles == nullptr) {
    return;
  }
  handles->tasks = nullptr;
  handles->close(handles->wake);
  handles->close(handles->again);
  handles->close(handles->timer);
  handles->close(handles->after_sockets);
  handles->close(handles->before_sleep);
}

void LibuvLoop::wake() noexcept { uv_async_send(&handles_->wake); }

void LibuvLoop::set_timer(Duration delay) noexcept {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(delay).count();
  uv_timer_start(
      &handles_->timer, [](uv_timer_t* timer) { Handles::of(timer).tasks->on_timer(); },
      static_cast<std::uint64_t>(std::max<std::int64_t>(left, 1)), 0);
}

bool LibuvLoop::report_turns() noexcept {
  uv_check_start(&handles_->after_sockets, &Handles::end_turn<uv_check_t>);
  uv_prepare_start(&handles_->before_sleep, &Handles::end_turn<uv_prepare_t>);
  return true;
}

}  // namespace hookline::detail

namespace hookline {

UvExecutor::UvExecutor(uv_loop_t* loop)
    : executor_(std::make_unique<detail::LoopExecutor>(std::make_shared<detail::LibuvLoop>(loop))) {
}

UvExecutor::~UvExecutor() = default;

void UvExecutor::post(Job& job) noexcept { executor_->post(job); }

void UvExecutor::close() { executor_->close(); }

}  // namespace hookline
