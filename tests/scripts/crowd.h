#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace hookline::test {

// Has one connection of a crowd. It sends a few commands, and goes on when the hub has processed
// them.
class CrowdMember {
 public:
  enum class State : std::uint8_t { kConnecting, kLoggingIn, kIdle, kBusy };

  CrowdMember() = default;
  CrowdMember(const CrowdMember&) = delete;
  CrowdMember& operator=(const CrowdMember&) = delete;
  CrowdMember(CrowdMember&& other) noexcept;
  ~CrowdMember();

  // Begins to log in. A guest has an empty password.
  void connect(std::uint16_t port, std::string nick, std::string password);
  void close();
  // Reads what has arrived. Returns false if the hub has closed the connection.
  [[nodiscard]] bool read();
  // Sends complete commands, and asks the hub for a sign when it has processed them.
  void send_round(std::string commands);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] const std::string& nick() const { return nick_; }
  [[nodiscard]] bool is_operator() const { return !password_.empty(); }

 private:
  void send(std::string_view bytes) const;
  void on_command(std::string_view command);

  int fd_ = -1;
  State state_ = State::kConnecting;
  std::string nick_;
  std::string password_;
  std::string buffer_;
};

// Plays a crowd of users who chat, search, send commands to scripts, leave and come again, all on
// one thread. What they do depends only on the seed and on the hub's answers.
class Crowd {
 public:
  struct Operator {
    std::string nick;
    std::string password;
  };

  Crowd(std::uint16_t port, std::size_t guests, const std::vector<Operator>& operators);

  // Runs until `is_done`, and then until the hub has processed everything that was sent.
  void run(const std::function<bool()>& is_done);

  // Returns the number of commands that all members have sent.
  [[nodiscard]] std::uint64_t commands() const { return commands_; }
  [[nodiscard]] std::uint64_t logins() const { return logins_; }
  // Returns the number of connections that the hub has ended.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  [[nodiscard]] std::size_t pick(std::size_t count);
  [[nodiscard]] std::string_view pick_from(const std::vector<std::string_view>& texts);
  void come(CrowdMember& member);
  void act(CrowdMember& member);
  void append_action(const CrowdMember& member, std::string& out);
  [[nodiscard]] std::string fill_in(std::string_view text, const CrowdMember& member);
  // Waits for bytes of the hub. The test fails if none come for very long.
  [[nodiscard]] bool poll_once();

  std::uint16_t port_;
  std::vector<CrowdMember> members_;
  std::mt19937 random_{20'240'614};
  std::uint64_t commands_ = 0;
  std::uint64_t logins_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace hookline::test
