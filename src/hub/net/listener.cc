#include "hub/net/listener.h"

#include <utility>

namespace hookline::hub {
namespace {

constexpr int kBacklog = 511;

int read_address(const std::string& address, std::uint16_t port, sockaddr_storage& out) {
  const int status = uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&out));
  return status == 0 ? 0
                     : uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&out));
}

std::uint16_t bound_port(const uv_tcp_t* tcp) {
  sockaddr_storage address{};
  int size = sizeof address;
  if (uv_tcp_getsockname(tcp, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return 0;
  }
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

int Listener::bind(uv_loop_t* loop, const std::string& address, std::uint16_t port) {
  sockaddr_storage where{};
  int status = read_address(address, port, where);
  if (status == 0) {
    status = tcp_.open([loop](uv_tcp_t* tcp) { return uv_tcp_init(loop, tcp); }, this);
  }
  if (status == 0) {
    status = uv_tcp_bind(tcp_.get(), reinterpret_cast<const sockaddr*>(&where), 0);
  }
  if (status == 0) {
    auto* stream = reinterpret_cast<uv_stream_t*>(tcp_.get());
    status = uv_listen(stream, kBacklog, [](uv_stream_t* listener, int failed) {
      if (failed == 0 && listener->data != nullptr) {
        static_cast<Listener*>(listener->data)->on_client_(listener);
      }
    });
  }
  return status;
}

Result<void> Listener::open(uv_loop_t* loop, const std::string& address, std::uint16_t port,
                            OnClient on_client) {
  on_client_ = std::move(on_client);
  const int status = bind(loop, address, port);
  if (status != 0) {
    close();
    return fail(ErrorCode::kBadArguments, "cannot listen on " + address + " port " +
                                              std::to_string(port) + ": " + uv_strerror(status));
  }
  port_ = bound_port(tcp_.get());
  return {};
}

}  // namespace hookline::hub
