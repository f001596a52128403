#pragma once

#include <uv.h>

#include <cstdint>
#include <string>

#include "hookline/error.h"
#include "hub/net/uv_handle.h"

namespace hookline::hub {

class HubCore;

// The hub's listening socket. Thread safety: the loop's thread.
class Listener {
 public:
  // Binds and listens; clients are accepted when the loop runs. An error names address and port.
  [[nodiscard]] Result<void> open(uv_loop_t* loop, const std::string& address, std::uint16_t port,
                                  HubCore& core);
  void close() noexcept { tcp_.close(); }

  // The one that was bound.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  [[nodiscard]] int bind(uv_loop_t* loop, const std::string& address, std::uint16_t port,
                         HubCore& core);

  UvHandle<uv_tcp_t> tcp_;
  std::uint16_t port_ = 0;
};

}  // namespace hookline::hub
