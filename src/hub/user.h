#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace hookline {

// What is known about one user or bot. Never changed once it is shared: a change makes a new one.
// Text is bytes in the hub's encoding.
struct User {
  std::string nick;
  int user_class = 0;
  std::string ip;  // empty for a bot
  bool is_bot = false;
  bool is_listed = false;  // past its login: shown to the others

  // From its $MyINFO.
  std::string desc;
  std::string tag;
  std::string speed;
  char flag = '\x01';
  std::string mail;
  std::string size;
  std::uint64_t share_bytes = 0;
  std::string my_info;  // the whole command with its '|', as it goes to everybody; empty: none yet
};

using UserPtr = std::shared_ptr<const User>;

}  // namespace hookline
