#pragma once

#include <uv.h>

#include <memory>

namespace hookline::hub {

// Owns an event loop. REQUIRES: all handles on it have been closed. The destructor runs the loop
// until libuv has finished closing them.
class UvLoop {
 public:
  UvLoop() { uv_loop_init(&loop_); }
  UvLoop(const UvLoop&) = delete;
  UvLoop& operator=(const UvLoop&) = delete;
  ~UvLoop() {
    uv_run(&loop_, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop_) == UV_EBUSY) {  // uv_stop() ended the first run
      uv_run(&loop_, UV_RUN_DEFAULT);
      uv_loop_close(&loop_);
    }
  }

  [[nodiscard]] uv_loop_t* get() noexcept { return &loop_; }
  void run() { uv_run(&loop_, UV_RUN_DEFAULT); }

 private:
  uv_loop_t loop_{};
};

// Owns a libuv handle of type H (uv_tcp_t, uv_timer_t and so on). Closing is asynchronous: from
// close() on, libuv owns the memory until the loop has run once more. Callbacks that run after
// close() see `data` as nullptr.
//
// Thread safety: the loop's thread.
template <class H>
class UvHandle {
 public:
  // Calls `init` with an H*, and returns the status of libuv that it returns.
  template <class Init>
  int open(Init init, void* data) {
    auto handle = std::make_unique<H>();
    const int status = init(handle.get());
    if (status == 0) {
      handle_ = handle.release();
      handle_->data = data;
    }
    return status;
  }

  UvHandle() = default;
  UvHandle(const UvHandle&) = delete;
  UvHandle& operator=(const UvHandle&) = delete;
  ~UvHandle() { close(); }

  void close() noexcept {
    if (handle_ != nullptr) {
      handle_->data = nullptr;
      uv_close(base(), [](uv_handle_t* handle) {
        const std::unique_ptr<H> owned(reinterpret_cast<H*>(handle));
      });
      handle_ = nullptr;
    }
  }

  [[nodiscard]] H* get() const noexcept { return handle_; }
  [[nodiscard]] uv_handle_t* base() const noexcept {
    return reinterpret_cast<uv_handle_t*>(handle_);
  }
  [[nodiscard]] explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  H* handle_ = nullptr;
};

}  // namespace hookline::hub
