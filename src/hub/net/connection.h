#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/call.h"
#include "hub/net/script_shares.h"
#include "hub/net/uv_handle.h"

namespace hookline::hub {

class Connection;

// Collects the connections that have something to send, and flushes them once per turn of the loop,
// right before it sleeps. So everything that one turn produces for a client is one write.
//
// Thread safety: the loop's thread.
class FlushList {
 public:
  void add(Connection& connection) { connections_.push_back(&connection); }
  void remove(const Connection& connection);
  void flush_all();

 private:
  std::vector<Connection*> connections_;  // nullptr where one was removed
  std::vector<Connection*> flushing_;
};

// Reads and writes the bytes of one client. It does not know the protocol.
//
// send() collects bytes, and the next flush of the FlushList sends them. If a client reads so
// slowly that more than `max_unsent_bytes` wait, the rest is dropped and on_overflow() is called.
//
// Thread safety: the loop's thread. send() calls no event.
class Connection {
 public:
  class Events {
   public:
    virtual ~Events() = default;
    virtual void on_bytes(std::string_view bytes) = 0;
    // Is called when the client closed the connection, or the socket failed. It is not called after
    // close().
    virtual void on_end() = 0;
    virtual void on_overflow() = 0;
  };

  // `events` and `flushes` must outlive it.
  Connection(Events& events, FlushList& flushes, std::size_t max_unsent_bytes)
      : events_(events), flushes_(flushes), max_unsent_bytes_(max_unsent_bytes) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Accepts the next client of a listening socket. Returns false if there was none or it has gone.
  [[nodiscard]] bool accept(uv_stream_t* listener);
  // Returns the client's address without a port. An IPv4 address that came over IPv6 is written as
  // IPv4.
  [[nodiscard]] const std::string& ip() const noexcept { return ip_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  // Starts and stops on_bytes(). Stopping makes TCP slow the client down.
  void read(bool on);

  void send(std::string_view bytes);
  // Sends what a script wants to send. Returns false, and sends nothing, if more than half of
  // `max_unsent_bytes` would wait then: the other half is for what users and the hub say, so that
  // no script can have a client disconnected. Nor may one script fill that half: see ScriptShares.
  [[nodiscard]] bool offer(std::string_view bytes, ScriptId script);
  void flush();

  // Sends the bytes that are waiting, ends the sending side, and ignores incoming bytes until the
  // client closes its side. Closing immediately would reset the connection and lose the last words.
  // on_end() is called when the client has closed; close() ends the wait.
  void finish();
  // Closes the connection immediately. No event is called afterwards.
  void close() noexcept;
  [[nodiscard]] bool is_closed() const noexcept { return !tcp_; }

 private:
  struct Write;
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);
  static void on_allocate(uv_handle_t* handle, std::size_t suggested, uv_buf_t* buffer);

  [[nodiscard]] uv_stream_t* stream() const noexcept;
  [[nodiscard]] std::size_t unsent() const noexcept { return out_.size() + in_flight_; }
  [[nodiscard]] bool may_offer(std::size_t bytes, ScriptId script) const noexcept;
  void write_what_fits();
  void write_later();
  void shut_down();

  Events& events_;
  FlushList& flushes_;
  std::size_t max_unsent_bytes_;
  UvHandle<uv_tcp_t> tcp_;
  std::string ip_;
  std::uint16_t port_ = 0;
  std::string out_;
  std::size_t in_flight_ = 0;  // bytes that libuv is writing
  ScriptShares shares_;        // what each script has unsent
  bool is_listed_ = false;     // in the FlushList
  bool is_reading_ = false;
  bool is_finishing_ = false;
  bool is_shut_down_ = false;
  bool has_failed_ = false;
  bool has_overflowed_ = false;
};

}  // namespace hookline::hub
