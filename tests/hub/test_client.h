#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookline::test {

struct LoginOptions {
  std::string password;  // empty: the hub must not ask for one
  std::string supports = "NoGetINFO NoHello UserIP2";
  std::string my_info = "<test V:1,M:P,H:1/0/0,S:1>$ $1\x01$$0$";  // what follows "$ALL nick "
};

// This is a blocking NMDC client. Its timeouts are long, and only a test that fails reaches them.
// An error is a test failure with everything that was received.
//
// Thread safety: none.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port);
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;
  TestClient(TestClient&& other) noexcept;
  ~TestClient();

  // Logs in, and reads everything that the hub sends for it.
  void login(std::string_view nick, const LoginOptions& options = {});
  // Logs in until the nick is accepted: "$Hello nick".
  void login_up_to_hello(std::string_view nick, const LoginOptions& options = {});

  // Sends bytes unchanged.
  void send(std::string_view bytes);
  // Sends "<nick> text|".
  void chat(std::string_view text);
  void pm(std::string_view to, std::string_view text);

  // Reads the next command, without its '|'. Returns nullopt at the end of the connection, which is
  // no failure.
  std::optional<std::string> read();
  // Reads until a command that is, or starts with, this one, and returns it. Drops earlier ones.
  std::string expect(std::string_view command);
  std::string expect_prefix(std::string_view prefix);
  // Reads until the hub closes the connection, and returns what came before.
  std::vector<std::string> expect_closed();

  // Waits until the hub has processed everything that was sent, and returns what it sent meanwhile.
  std::vector<std::string> sync();

  // Ends the connection: gracefully, or immediately (RST).
  void close();
  void reset();

  [[nodiscard]] const std::string& nick() const { return nick_; }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  bool receive();

  int fd_ = -1;
  std::string nick_;
  std::string buffer_;
  std::vector<std::string> seen_;  // everything, for failure messages
  int syncs_ = 0;
};

// Returns whether one of `commands` contains `text`.
[[nodiscard]] bool has(const std::vector<std::string>& commands, std::string_view text);

}  // namespace hookline::test
