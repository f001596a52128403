#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace hookline::hub {

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
  bool is_active = false;  // its tag says M:A
  std::string my_info;  // the whole command with its '|', as it goes to everybody; empty: none yet

  // What scripts have put into the byte of status flags, whatever the client says.
  unsigned flags_set = 0;
  unsigned flags_cleared = 0;

  std::string host;      // the name of its address, once that has been looked up
  std::string hub_url;   // what its $MyHubURL said
  std::string ext_json;  // what its $ExtJSON said
};

using UserPtr = std::shared_ptr<const User>;

}  // namespace hookline::hub
