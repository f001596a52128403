#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <string>

#include "hookline/error.h"
#include "hub/net/uv_handle.h"

namespace hookline::hub {

// Owns the hub's listening socket.
//
// Thread safety: the loop's thread.
class Listener {
 public:
  // Gets a stream on which a client waits, and has to accept the client (Connection::accept).
  using OnClient = std::function<void(uv_stream_t*)>;

  // Binds the port and listens; `on_client` is called for each client once the loop runs. An error
  // names the address and the port.
  [[nodiscard]] Result<void> open(uv_loop_t* loop, const std::string& address, std::uint16_t port,
                                  OnClient on_client);
  void close() noexcept { tcp_.close(); }

  // Returns the port that was bound.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  [[nodiscard]] int bind(uv_loop_t* loop, const std::string& address, std::uint16_t port);

  OnClient on_client_;
  UvHandle<uv_tcp_t> tcp_;
  std::uint16_t port_ = 0;
};

}  // namespace hookline::hub
