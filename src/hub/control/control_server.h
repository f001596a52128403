#pragma once

#include <uv.h>

#include <filesystem>
#include <memory>
#include <unordered_map>

#include "hookline/error.h"
#include "hub/net/uv_handle.h"

namespace hookline::hub {

class ControlClient;
class HubCore;

// The Unix socket by which `hookline ctl` talks to a hub. Who may open it may do all: only the
// hub's own user can (mode 0600).
//
// Thread safety: the loop's thread.
class ControlServer {
 public:
  ControlServer() = default;
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ~ControlServer();

  // Binds and listens. A socket that a hub has left behind is taken away; one that answers, and a
  // file that is none, are not (kBadArguments).
  [[nodiscard]] Result<void> open(uv_loop_t* loop, const std::filesystem::path& path,
                                  HubCore& core);
  // Drops every client, and removes the socket.
  void close() noexcept;

  // Called by a client that has gone.
  void forget(const ControlClient& client);

 private:
  [[nodiscard]] int bind(const std::filesystem::path& path);
  void accept();

  HubCore* core_ = nullptr;
  UvHandle<uv_pipe_t> pipe_;
  std::unordered_map<const ControlClient*, std::shared_ptr<ControlClient>> clients_;
};

}  // namespace hookline::hub
