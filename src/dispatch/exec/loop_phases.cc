#include "dispatch/exec/loop_phases.h"

#include <utility>

namespace hookline::detail {

struct LoopPhases::Handles {
  std::function<void()> function;
  uv_check_t after_sockets{};
  uv_prepare_t before_sleep{};
  int open = 2;

  static void on_closed(uv_handle_t* handle) {
    auto* const handles = static_cast<Handles*>(handle->data);
    if (--handles->open == 0) {
      delete handles;
    }
  }
};

LoopPhases::LoopPhases(uv_loop_t* loop, std::function<void()> function)
    : handles_(std::make_unique<Handles>().release()) {
  handles_->function = std::move(function);
  uv_check_init(loop, &handles_->after_sockets);
  uv_prepare_init(loop, &handles_->before_sleep);
  handles_->after_sockets.data = handles_;
  handles_->before_sleep.data = handles_;
  uv_check_start(&handles_->after_sockets,
                 [](uv_check_t* handle) { static_cast<Handles*>(handle->data)->function(); });
  uv_prepare_start(&handles_->before_sleep,
                   [](uv_prepare_t* handle) { static_cast<Handles*>(handle->data)->function(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&handles_->after_sockets));
  uv_unref(reinterpret_cast<uv_handle_t*>(&handles_->before_sleep));
}

LoopPhases::~LoopPhases() {
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->after_sockets), &Handles::on_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->before_sleep), &Handles::on_closed);
}

}  // namespace hookline::detail
