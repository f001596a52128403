#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hookline::test {

struct LoginOptions {
  std::string password;  // empty: do not expect to be asked
  std::string supports = "NoGetINFO NoHello UserIP2";
  std::string my_info = "<test V:1,M:P,H:1/0/0,S:1>$ $1\x01$$0$";  // what follows "$ALL nick "
};

// A blocking NMDC client. Its waits are long and only bound failure: a test that passes never waits
// one out. What goes wrong is a test failure with all that was received.
//
// Thread safety: none.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port);
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;
  TestClient(TestClient&& other) noexcept;
  ~TestClient();

  // The whole login, up to and including everything that the hub sends for it.
  void login(std::string_view nick, const LoginOptions& options = {});
  // As far as the accepted nick: "$Hello nick".
  void login_up_to_hello(std::string_view nick, const LoginOptions& options = {});

  // Bytes as they are.
  void send(std::string_view bytes);
  // "<nick> text|"
  void chat(std::string_view text);
  void pm(std::string_view to, std::string_view text);

  // The next command, without its '|'; nullopt (and no failure) at the end of the connection.
  std::optional<std::string> read();
  // Reads until a command that is, or starts with, this one; returns it. Drops what comes before.
  std::string expect(std::string_view command);
  std::string expect_prefix(std::string_view prefix);
  // Reads until the hub closes the connection; returns what came before.
  std::vector<std::string> expect_closed();

  // Waits until the hub has processed everything that was sent, and returns what it sent meanwhile.
  std::vector<std::string> sync();

  // Ends the connection: gracefully, or at once (RST).
  void close();
  void reset();

  [[nodiscard]] const std::string& nick() const { return nick_; }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  bool receive();

  int fd_ = -1;
  std::string nick_;
  std::string buffer_;
  std::vector<std::string> seen_;  // all of it, for failure messages
  int syncs_ = 0;
};

// Whether `commands` has one that contains `text`.
[[nodiscard]] bool has(const std::vector<std::string>& commands, std::string_view text);

}  // namespace hookline::test
