#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace hookline::hub {

// Holds the data of one user or bot. A shared User is never changed; a change makes a new one.
// Texts are bytes in the hub's encoding.
struct User {
  std::string nick;
  int user_class = 0;
  std::string ip;  // empty for a bot
  bool is_bot = false;
  bool is_listed = false;  // logged in, and shown to the others

  // These come from its $MyINFO.
  std::string desc;
  std::string tag;
  std::string speed;
  char flag = '\x01';
  std::string mail;
  std::string size;
  std::uint64_t share_bytes = 0;
  bool is_active = false;  // the tag says M:A
  std::string my_info;     // the whole command with its '|', as others get it; empty: none yet

  // The status flags that scripts have set and cleared, which override those of the client.
  unsigned flags_set = 0;
  unsigned flags_cleared = 0;

  std::string host;      // the host name of the address, once it has been looked up
  std::string hub_url;   // from $MyHubURL
  std::string ext_json;  // from $ExtJSON
};

using UserPtr = std::shared_ptr<const User>;

}  // namespace hookline::hub
