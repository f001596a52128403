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

// One NMDC client of the demo: logs in, sends its lines of the traffic, and reports what it
// receives.
//
// A line that is blocked is not answered, so how does a client know that it has been decided? The
// hub keeps the order of one connection: a $GetNickList behind some lines is answered when they
// have been decided. Such a fence closes each half of the window, and no more than a window is ever
// under way. The same, sent when all clients are through, tells that nothing more can come: what
// has not arrived before its answer is lost.
//
// Thread safety: the loop's thread.
class DemoClient {
 public:
  class Events {
   public:
    virtual ~Events() = default;
    virtual void on_logged_in() = 0;
    virtual void on_sent(std::uint32_t lines) = 0;
    virtual void on_chat(const DemoClient& client, std::string_view text) = 0;
    // `lines` more of those sent have been decided; `all` if these were the last.
    virtual void on_decided(std::uint32_t lines, bool all) = 0;
    virtual void on_drained() = 0;
    // The client has been closed.
    virtual void on_failed(const DemoClient& client, const std::string& reason) = 0;
  };

  // `window`: the most lines under way, at least 2. `traffic` and `events` must outlive the client.
  DemoClient(std::size_t index, const Traffic& traffic, std::uint32_t window, Events& events);

  void connect(uv_loop_t* loop, std::uint16_t port);
  // Sends the lines. REQUIRES: it has logged in.
  void begin();
  // Reports on_drained() when everything that the hub has sent up to now has arrived.
  void drain();
  void close() { tcp_.close(); }

  [[nodiscard]] std::size_t index() const { return index_; }
  // What it is waiting for, as the end of a sentence; empty if for nothing.
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
  std::string last_words_;  // what the hub said last to nobody else: the reason, when it hangs up
};

}  // namespace hookline::cli
