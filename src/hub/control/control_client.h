#pragma once

#include <uv.h>

#include <memory>
#include <string>

#include "hub/net/uv_handle.h"

namespace hookline::hub {

class ControlServer;
class HubCore;

// One connection to the control socket: lines of requests, each answered with a line before the
// next one is read.
//
// Thread safety: the loop's thread. Life: the server's, and a reply's that is under way.
class ControlClient : public std::enable_shared_from_this<ControlClient> {
 public:
  ControlClient(ControlServer& server, HubCore& core) : server_(server), core_(core) {}
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;
  ~ControlClient() = default;

  // Takes the next connection of the listener. False if there was none.
  [[nodiscard]] bool start(uv_stream_t* listener);

 private:
  [[nodiscard]] uv_stream_t* stream() const { return reinterpret_cast<uv_stream_t*>(pipe_.get()); }
  void on_bytes(ssize_t count);
  // The next request, if there is a whole one and none is under way.
  void process();
  void reply(std::string line);
  void end();

  ControlServer& server_;
  HubCore& core_;
  UvHandle<uv_pipe_t> pipe_;
  std::string space_;
  std::string input_;
  bool is_busy_ = false;        // a request is under way
  bool is_processing_ = false;  // process() is, which goes on by itself
};

}  // namespace hookline::hub
