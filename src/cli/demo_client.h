#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/traffic.h"
#include "hub/net/uv_handle.h"
#include "hub/nmdc/command_splitter.h"

namespace hookline::cli {

// Is one NMDC client of the demo: logs in, sends its lines of the traffic, and reports what it
// receives.
//
// The hub does not answer a blocked line, so the client uses fences to find out that its lines have
// been decided. A fence is a $UserIP request: the hub answers the commands of one connection in
// their order, so its answer follows the decisions on all lines before it. The client sends a fence
// after each half window, and never has more than a window of lines in flight. When all clients are
// done, a last fence shows that nothing more can arrive: lines that have not arrived before are
// lost.
//
// Thread affinity: the loop's thread.
class DemoClient {
 public:
  class Events {
   public:
    virtual ~Events() = default;
    virtual void on_logged_in() = 0;
    virtual void on_sent(std::uint32_t lines) = 0;
    virtual void on_chat(const DemoClient& client, std::string_view text) = 0;
    // Called when `lines` more lines have been decided. `all` is true if these were the last ones.
    virtual void on_decided(std::uint32_t lines, bool all) = 0;
    virtual void on_drained() = 0;
    // Called when the client has been closed.
    virtual void on_failed(const DemoClient& client, const std::string& reason) = 0;
  };

  // `window` is the number of lines that may be in flight, at least 2. `traffic` and `events` must
  // outlive the client.
  DemoClient(std::size_t index, const Traffic& traffic, std::uint32_t window, Events& events);

  void connect(uv_loop_t* loop, std::uint16_t port);
  // Starts to send the lines. REQUIRES: on_logged_in() was reported.
  void begin();
  // Reports on_drained() when everything that the hub has sent so far has arrived.
  void drain();
  void close() { tcp_.close(); }

  [[nodiscard]] std::size_t index() const { return index_; }
  // Describes what the client waits for, as the end of a sentence; empty if it waits for nothing.
  [[nodiscard]] std::string waiting_for() const;

 private:
  enum class State : std::uint8_t {
    kConnecting,
    kLock,
    kHello,
    kNickList,
    kLoggedIn,
    kSending,
    kSent,
    kDraining,
    kDrained,
  };

  static void on_connected(uv_connect_t* request, int status);
  static void on_allocate(uv_handle_t* handle, std::size_t suggested, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

  void handle(std::string_view command);
  void handle_login(std::string_view command);
  void answer_lock(std::string_view lock);
  void introduce();
  void handle_chat(std::string_view command);
  void on_fence();
  void fill_window();
  void write(std::string bytes);
  void fail(const std::string& reason);

  std::size_t index_;
  const Traffic& traffic_;
  std::uint32_t half_window_;
  Events& events_;
  std::string nick_;
  std::string fence_;
  hub::UvHandle<uv_tcp_t> tcp_;
  hub::CommandSplitter commands_;
  State state_ = State::kConnecting;
  std::uint32_t sent_ = 0;
  std::uint32_t decided_ = 0;
  std::string
      last_words_;  // the last message of the hub to this client, which explains why it hung up
};

}  // namespace hookline::cli
