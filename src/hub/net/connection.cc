#include "hub/net/connection.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace hookline::hub {

void FlushList::remove(const Connection& connection) {
  std::ranges::replace(connections_, &connection, nullptr);
  std::ranges::replace(flushing_, &connection, nullptr);
}

void FlushList::flush_all() {
  // Flushing may end a connection, and other connections may then have something to send.
  while (!connections_.empty()) {
    flushing_.swap(connections_);
    // The loop takes elements by reference, because remove() may clear later ones.
    for (auto* const& connection : flushing_) {
      if (connection != nullptr) {
        connection->flush();
      }
    }
    flushing_.clear();
  }
}

namespace {

// All connections share this buffer, because what is read is consumed before the next read. There
// is one per thread, because tests run two hubs in one process.
constexpr std::size_t kReadBytes = 65'536;
thread_local std::array<char, kReadBytes> read_buffer;

// An idle connection frees the memory that a burst took, beyond this size.
constexpr std::size_t kKeptCapacity = 65'536;

// The bytes of each script are counted once more than this part of `max_unsent_bytes` is unsent.
constexpr std::size_t kUncountedPart = 16;

struct Peer {
  std::string ip;
  std::uint16_t port = 0;
};

Peer peer_of(const uv_tcp_t* tcp) {
  sockaddr_storage address{};
  int size = sizeof address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (uv_tcp_getpeername(tcp, generic, &size) != 0) {
    return {};
  }
  // The port is at the same place in both kinds of address.
  const auto port = ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
  if (address.ss_family == AF_INET6) {
    uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(&address), text.data(), text.size());
  } else {
    uv_ip4_name(reinterpret_cast<const sockaddr_in*>(&address), text.data(), text.size());
  }
  std::string_view ip(text.data());
  if (ip.starts_with("::ffff:") && ip.contains('.')) {
    ip.remove_prefix(7);
  }
  return {.ip = std::string(ip), .port = port};
}

}  // namespace

// Holds bytes that did not fit into the socket. libuv may need them for longer than the connection
// lives.
struct Connection::Write {
  uv_write_t request{};
  std::string bytes;
};

Connection::~Connection() { close(); }

uv_stream_t* Connection::stream() const noexcept {
  return reinterpret_cast<uv_stream_t*>(tcp_.get());
}

bool Connection::accept(uv_stream_t* listener) {
  const int status =
      tcp_.open([listener](uv_tcp_t* tcp) { return uv_tcp_init(listener->loop, tcp); }, this);
  if (status != 0 || uv_accept(listener, stream()) != 0) {
    tcp_.close();
    return false;
  }
  auto peer = peer_of(tcp_.get());
  ip_ = std::move(peer.ip);
  port_ = peer.port;
  uv_tcp_nodelay(tcp_.get(), 1);
  return true;
}

void Connection::on_allocate(uv_handle_t* /*handle*/, std::size_t /*suggested*/, uv_buf_t* buffer) {
  *buffer = uv_buf_init(read_buffer.data(), static_cast<unsigned>(read_buffer.size()));
}

void Connection::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* self = static_cast<Connection*>(stream->data);
  if (self == nullptr || count == 0) {
    return;
  }
  if (count < 0) {
    self->events_.on_end();
  } else if (!self->is_finishing_) {
    self->events_.on_bytes({buffer->base, static_cast<std::size_t>(count)});
  }
}

void Connection::read(bool on) {
  if (is_closed() || is_finishing_ || on == is_reading_) {
    return;
  }
  is_reading_ = on;
  if (on) {
    uv_read_start(stream(), &on_allocate, &on_read);
  } else {
    uv_read_stop(stream());
  }
}

void Connection::send(std::string_view bytes) {
  if (is_closed() || is_finishing_ || has_failed_ || has_overflowed_) {
    return;
  }
  if (unsent() + bytes.size() > max_unsent_bytes_) {
    // A busy turn of the loop may produce more than the limit. The client is only slow if the
    // socket does not take it.
    write_what_fits();
    has_overflowed_ = unsent() + bytes.size() > max_unsent_bytes_;
  }
  if (!has_overflowed_) {
    out_.append(bytes);
  }
  if (!is_listed_) {
    is_listed_ = true;
    flushes_.add(*this);
  }
}

// Nothing is counted while little is unsent, since no script can have too much then.
bool Connection::offer(std::string_view bytes, ScriptId script) {
  const bool is_counted = !is_closed() && !is_finishing_ &&
                          unsent() + bytes.size() > max_unsent_bytes_ / kUncountedPart;
  if (is_counted) {
    if (!may_offer(bytes.size(), script)) {
      write_what_fits();
      if (!may_offer(bytes.size(), script)) {
        return false;
      }
    }
    shares_.add(script, bytes.size());
  }
  send(bytes);
  return true;
}

bool Connection::may_offer(std::size_t bytes, ScriptId script) const noexcept {
  const std::size_t most = max_unsent_bytes_ / 2;
  return shares_.may_add(script, bytes, most - std::min(most, unsent()));
}

void Connection::write_what_fits() {
  if (in_flight_ != 0 || out_.empty() || has_failed_) {
    return;
  }
  const auto buffer = uv_buf_init(out_.data(), static_cast<unsigned>(out_.size()));
  const int written = uv_try_write(stream(), &buffer, 1);
  has_failed_ = written < 0 && written != UV_EAGAIN;
  if (written > 0) {
    shares_.note_taken(static_cast<std::size_t>(written), unsent());
    out_.erase(0, static_cast<std::size_t>(written));
  }
}

void Connection::write_later() {
  auto* write = std::make_unique<Write>().release();
  write->request.data = write;
  write->bytes = std::exchange(out_, {});
  in_flight_ = write->bytes.size();
  const auto buffer = uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
  const auto on_written = [](uv_write_t* request, int status) {
    const std::unique_ptr<Write> done(static_cast<Write*>(request->data));
    auto* self = static_cast<Connection*>(request->handle->data);
    if (self != nullptr) {
      self->shares_.note_taken(self->in_flight_, self->unsent());
      self->in_flight_ = 0;
      self->has_failed_ = self->has_failed_ || status < 0;
      self->flush();
    }
  };
  if (uv_write(&write->request, stream(), &buffer, 1, on_written) != 0) {
    const std::unique_ptr<Write> unused(write);
    in_flight_ = 0;
    has_failed_ = true;
  }
}

void Connection::flush() {
  is_listed_ = false;
  if (is_closed()) {
    return;
  }
  write_what_fits();
  if (!has_failed_ && in_flight_ == 0 && !out_.empty()) {
    write_later();
  }
  if (has_failed_) {
    events_.on_end();
  } else if (has_overflowed_) {
    events_.on_overflow();
  } else if (unsent() == 0) {
    if (out_.capacity() > kKeptCapacity) {
      out_.shrink_to_fit();
    }
    if (is_finishing_) {
      shut_down();
    }
  }
}

void Connection::shut_down() {
  if (std::exchange(is_shut_down_, true)) {
    return;
  }
  auto* request = std::make_unique<uv_shutdown_t>().release();
  const auto on_done = [](uv_shutdown_t* done, int /*status*/) {
    const std::unique_ptr<uv_shutdown_t> owned(done);
  };
  if (uv_shutdown(request, stream(), on_done) != 0) {
    const std::unique_ptr<uv_shutdown_t> unused(request);
  }
}

void Connection::finish() {
  if (is_closed() || is_finishing_) {
    return;
  }
  read(true);
  is_finishing_ = true;
  if (!is_listed_) {
    is_listed_ = true;
    flushes_.add(*this);
  }
}

void Connection::close() noexcept {
  if (is_listed_) {
    flushes_.remove(*this);
    is_listed_ = false;
  }
  tcp_.close();
}

}  // namespace hookline::hub
