#pragma once

#include <uv.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "hookline/error.h"
#include "hub/control/control_commands.h"
#include "hub/net/uv_handle.h"

namespace hookline::hub {

class ControlServer;

// Serves one connection to the control socket. It reads requests, one on each line, and answers
// each with a line before it reads the next one.
//
// Thread safety: the loop's thread. Ownership: the ControlServer holds it until it is closed.
class ControlClient : public std::enable_shared_from_this<ControlClient> {
 public:
  ControlClient(ControlServer& server, ControlCommands& commands)
      : server_(server), commands_(commands) {}
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;
  ~ControlClient() = default;

  // Accepts the next connection of the listener. Returns false if there was none.
  [[nodiscard]] bool start(uv_stream_t* listener);

 private:
  [[nodiscard]] uv_stream_t* stream() const { return reinterpret_cast<uv_stream_t*>(pipe_.get()); }
  void on_bytes(ssize_t count);
  // Runs the next request, if a whole one has arrived and none is being run.
  void process();
  void reply(std::string line);
  void end();

  ControlServer& server_;
  ControlCommands& commands_;
  UvHandle<uv_pipe_t> pipe_;
  std::string space_;
  std::string input_;
  bool is_busy_ = false;        // a request is being run
  bool is_processing_ = false;  // process() is running, and continues by itself
};

// Serves the Unix socket by which `hookline ctl` talks to a hub. Anyone who can open it can do
// everything, so only the hub's own user can (mode 0600).
//
// Thread safety: the loop's thread.
class ControlServer {
 public:
  ControlServer() = default;
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ~ControlServer();

  // Binds the socket and listens. Replaces a socket that an earlier hub left behind. Fails with
  // kBadArguments if another hub answers there, or if the path is a file other than a socket.
  // `commands` must outlive this.
  [[nodiscard]] Result<void> open(uv_loop_t* loop, const std::filesystem::path& path,
                                  ControlCommands& commands);
  // Drops every client and removes the socket.
  void close() noexcept;

  // Called by a client whose connection has ended.
  void forget(const ControlClient& client);

 private:
  [[nodiscard]] int bind(const std::filesystem::path& path);
  void accept();

  ControlCommands* commands_ = nullptr;
  UvHandle<uv_pipe_t> pipe_;
  std::unordered_map<const ControlClient*, std::shared_ptr<ControlClient>> clients_;
};

}  // namespace hookline::hub
