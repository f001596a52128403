#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "crowd.h"
#include "hub/nmdc/nmdc.h"
#include "tests/support/local_socket.h"

namespace hookline::test {

CrowdMember::CrowdMember(CrowdMember&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      state_(other.state_),
      nick_(std::move(other.nick_)),
      password_(std::move(other.password_)),
      buffer_(std::move(other.buffer_)) {}

CrowdMember::~CrowdMember() { close(); }

void CrowdMember::connect(std::uint16_t port, std::string nick, std::string password) {
  close();
  state_ = State::kConnecting;
  nick_ = std::move(nick);
  password_ = std::move(password);
  buffer_.clear();
  fd_ = connect_locally(port);
}

void CrowdMember::close() {
  if (fd_ >= 0) {
    ::close(std::exchange(fd_, -1));
  }
}

void CrowdMember::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;  // the hub has closed the connection, which read() reports
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void CrowdMember::send_round(std::string commands) {
  state_ = State::kBusy;
  send(std::move(commands) + "$BotINFO crowd|");
}

bool CrowdMember::read() {
  std::array<char, 65'536> bytes{};
  while (true) {
    const auto count = recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) {
      return true;
    }
    if (count <= 0) {
      return false;
    }
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (auto end = buffer_.find('|'); end != std::string::npos; end = buffer_.find('|', begin)) {
      on_command(std::string_view(buffer_).substr(begin, end - begin));
      begin = end + 1;
    }
    buffer_.erase(0, begin);
  }
}

void CrowdMember::on_command(std::string_view command) {
  const bool is_answered = (state_ == State::kBusy && command.starts_with("$HubINFO ")) ||
                           (state_ == State::kLoggingIn && command.starts_with("$OpList"));
  if (is_answered) {
    state_ = State::kIdle;
  } else if (state_ == State::kConnecting && command.starts_with("$Lock ")) {
    state_ = State::kLoggingIn;
    send("$Supports NoGetINFO NoHello UserIP2 BotINFO|");
    send(hub::nmdc::make(
        {"$Key ", hub::nmdc::lock_to_key(command.substr(6, command.find(" Pk=") - 6))}));
    send(hub::nmdc::make({"$ValidateNick ", nick_}));
  } else if (state_ == State::kLoggingIn && command == "$GetPass") {
    send(hub::nmdc::make({"$MyPass ", password_}));
  } else if (state_ == State::kLoggingIn && command.starts_with("$Hello ")) {
    send("$Version 1,0091|$GetNickList|");
    send(
        hub::nmdc::make({"$MyINFO $ALL ", nick_, " <test V:1,M:P,H:1/0/0,S:1>$ $1\x01$$1000000$"}));
  }
}

}  // namespace hookline::test
