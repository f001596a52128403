#include "test_client.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "hub/nmdc/nmdc.h"
#include "tests/support/local_socket.h"

namespace hookline::test {
namespace {

constexpr int kPatienceMilliseconds = 60'000;

std::string joined(const std::vector<std::string>& commands) {
  std::string out;
  for (const auto& command : commands) {
    out += "\n  " + command;
  }
  return out;
}

}  // namespace

bool has(const std::vector<std::string>& commands, std::string_view text) {
  return std::ranges::any_of(commands,
                             [text](const std::string& command) { return command.contains(text); });
}

TestClient::TestClient(std::uint16_t port) : fd_(connect_locally(port)) {}

TestClient::TestClient(TestClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      nick_(std::move(other.nick_)),
      buffer_(std::move(other.buffer_)),
      seen_(std::move(other.seen_)),
      syncs_(other.syncs_) {}

TestClient::~TestClient() { close(); }

void TestClient::close() {
  if (fd_ >= 0) {
    ::close(std::exchange(fd_, -1));
  }
}

void TestClient::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;  // the hub has closed the connection; the next expectation says whether it may
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void TestClient::chat(std::string_view text) { send(hub::nmdc::make_chat(nick_, text)); }

void TestClient::pm(std::string_view to, std::string_view text) {
  send(hub::nmdc::make_private(to, nick_, nick_, text));
}

bool TestClient::receive() {
  pollfd event{.fd = fd_, .events = POLLIN, .revents = 0};
  if (poll(&event, 1, kPatienceMilliseconds) <= 0) {
    ADD_FAILURE() << nick_
                  << ": the hub was silent for too long; received so far:" << joined(seen_);
    return false;
  }
  std::array<char, 16'384> bytes{};
  const auto count = recv(fd_, bytes.data(), bytes.size(), 0);
  if (count <= 0) {
    return false;
  }
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> TestClient::read() {
  auto end = buffer_.find('|');
  while (end == std::string::npos) {
    if (!receive()) {
      return std::nullopt;
    }
    end = buffer_.find('|');
  }
  auto command = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  seen_.push_back(command);
  return command;
}

std::string TestClient::expect(std::string_view command) {
  while (const auto next = read()) {
    if (*next == command) {
      return *next;
    }
  }
  ADD_FAILURE() << nick_ << ": expected " << command << ", received" << joined(seen_);
  return {};
}

std::string TestClient::expect_prefix(std::string_view prefix) {
  while (const auto next = read()) {
    if (next->starts_with(prefix)) {
      return *next;
    }
  }
  ADD_FAILURE() << nick_ << ": expected " << prefix << "..., received" << joined(seen_);
  return {};
}

std::vector<std::string> TestClient::expect_closed() {
  std::vector<std::string> commands;
  while (auto next = read()) {
    commands.push_back(*std::move(next));
  }
  return commands;
}

std::vector<std::string> TestClient::sync() {
  // The answer to an unknown command contains its name.
  const auto token = "sync" + std::to_string(++syncs_);
  chat("+" + token);
  std::vector<std::string> commands;
  while (auto next = read()) {
    if (next->contains("Unknown command '" + token + "'")) {
      return commands;
    }
    commands.push_back(*std::move(next));
  }
  ADD_FAILURE() << nick_ << ": the connection ended; received" << joined(seen_);
  return commands;
}

void TestClient::login_up_to_hello(std::string_view nick, const LoginOptions& options) {
  nick_ = nick;
  const auto lock = expect_prefix("$Lock ");
  const auto name = std::string_view(lock).substr(6, lock.find(" Pk=") - 6);
  send(hub::nmdc::make({"$Supports ", options.supports}));
  send(hub::nmdc::make({"$Key ", hub::nmdc::lock_to_key(name)}));
  send(hub::nmdc::make({"$ValidateNick ", nick}));
  if (!options.password.empty()) {
    expect("$GetPass");
    send(hub::nmdc::make({"$MyPass ", options.password}));
  }
  expect("$Hello " + nick_);
}

void TestClient::login(std::string_view nick, const LoginOptions& options) {
  login_up_to_hello(nick, options);
  send(hub::nmdc::make({"$Version 1,0091"}));
  send(hub::nmdc::make({"$MyINFO $ALL ", nick, " ", options.my_info}));
  send("$GetNickList|");
  expect_prefix("$OpList");
  sync();
}

}  // namespace hookline::test
