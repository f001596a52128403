#include "http_filter/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <iostream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "hookline/hook.h"

namespace filter {

namespace {

std::string last_error() { return std::generic_category().message(errno); }

}  // namespace

std::expected<std::uint16_t, std::string> Server::listen(std::uint16_t port) {
  listening_ = Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (listening_.get() < 0) {
    return std::unexpected("cannot open a socket: " + last_error());
  }
  const int on = 1;
  (void)setsockopt(listening_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
  if (bind(listening_.get(), any, size) != 0 || ::listen(listening_.get(), SOMAXCONN) != 0 ||
      getsockname(listening_.get(), any, &size) != 0) {
    return std::unexpected("cannot listen on port " + std::to_string(port) + ": " + last_error());
  }
  return ntohs(address.sin_port);
}

void Server::run(long requests) {
  std::vector<pollfd> watched;
  while (requests == 0 || sent_ < requests) {
    watched = {{.fd = stop_, .events = POLLIN, .revents = 0},
               {.fd = loop_.fd(), .events = POLLIN, .revents = 0},
               {.fd = listening_.get(), .events = POLLIN, .revents = 0}};
    for (const Connection& connection : connections_) {
      watched.push_back(connection.watched());
    }
    loop_.end_turn();  // wakes the scripts that got something in this turn
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      std::cerr << "cannot wait: " << last_error() << '\n';
      return;
    }
    if (watched[0].revents != 0) {
      return;
    }
    if (watched[1].revents != 0) {
      loop_.run_ready();  // delivers decisions, and runs the scripts' calls into the host
    }
    std::size_t next = 3;
    for (Connection& connection : connections_) {
      connection.on_ready(watched[next++].revents);
    }
    std::erase_if(connections_, [](const Connection& connection) { return connection.ended(); });
    if (watched[2].revents != 0) {
      accept();
    }
  }
}

void Server::accept() {
  while (true) {
    Descriptor socket(accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.get() < 0) {
      return;
    }
    connections_.emplace_back(*this, std::move(socket));
  }
}

void Server::print_summary() const {
  for (const auto& [status, count] : answered_) {
    std::cout << status << ": " << count << '\n';
  }
}

pollfd Server::Connection::watched() const {
  if (!to_send_.empty()) {
    return {.fd = socket_.get(), .events = POLLOUT, .revents = 0};
  }
  return {.fd = is_undecided_ ? -1 : socket_.get(), .events = POLLIN, .revents = 0};
}

void Server::Connection::on_ready(short events) {
  if (events == 0 || socket_.get() < 0) {
    return;
  }
  if (!to_send_.empty()) {
    write();
  } else if (!is_undecided_) {
    read();
  }
}

void Server::Connection::read() {
  std::array<char, 16'384> bytes{};
  const ssize_t count = recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (count > 0) {
    received_.append(bytes.data(), static_cast<std::size_t>(count));
    proceed();
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    socket_.reset();  // the client has gone
  }
}

void Server::Connection::proceed() {
  auto request = take_request(received_);
  if (!request) {
    answer({.status = request.error(), .body = "this is not a request that can be filtered"},
           false);
    return;
  }
  std::optional<Request>& whole = *request;
  if (!whole) {
    return;  // the rest of it has not come yet
  }
  request_ = *std::move(whole);
  is_undecided_ = true;
  // The arguments are copied; this keeps the request, to send its body back.
  const hookline::Value headers(request_.headers);
  const hookline::Bytes body{request_.body};
  const hookline::Asked asked =
      server_.scripts_.decide_on_loop(kOnPost(request_.path, headers, body), *this);
  if (asked != hookline::Asked::kWaiting) {
    on_decision(decision_on(asked));  // accepted if no script has the hook
  }
}

void Server::Connection::on_decision(const hookline::Decision& decision) noexcept {
  is_undecided_ = false;
  answer(reply_to(decision, std::move(request_.body)), request_.keeps_connection);
}

void Server::Connection::answer(const Reply& reply, bool keeps_connection) {
  ++server_.answered_[reply.status];
  to_send_ = make_response(reply.status, reply.body, keeps_connection);
  closes_ = !keeps_connection;
  if (socket_.get() >= 0) {
    write();
  }
}

void Server::Connection::write() {
  const ssize_t count = send(socket_.get(), to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) {
      socket_.reset();
    }
    return;
  }
  to_send_.erase(0, static_cast<std::size_t>(count));
  if (!to_send_.empty()) {
    return;
  }
  ++server_.sent_;
  if (closes_) {
    socket_.reset();
  } else {
    proceed();
  }
}

}  // namespace filter
