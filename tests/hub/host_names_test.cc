#include "hub/net/host_names.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <vector>

#include "hub/net/uv_handle.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

// Returns the name of this machine's loopback address, or the address if it has no name.
std::string name_of_loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::array<char, NI_MAXHOST> host{};
  const int status = getnameinfo(reinterpret_cast<const sockaddr*>(&address), sizeof address,
                                 host.data(), host.size(), nullptr, 0, 0);
  return status == 0 ? host.data() : "127.0.0.1";
}

TEST(HostNames, AreLookedUpOnce) {
  UvLoop loop;
  HostNames names(loop.get());
  std::vector<std::string> found;
  const auto note = [&found](const std::string& host) { found.push_back(host); };
  names.look_up("127.0.0.1", note);
  names.look_up("127.0.0.1", note);
  EXPECT_TRUE(found.empty()) << "nobody waits for it";
  loop.run();
  const auto expected = name_of_loopback();
  EXPECT_EQ(found, (std::vector{expected, expected}));
  names.look_up("127.0.0.1", note);
  EXPECT_EQ(found.size(), 3U) << "it is known by now";
}

TEST(HostNames, WhatIsNoAddressStaysAsItIs) {
  UvLoop loop;
  HostNames names(loop.get());
  std::string found;
  names.look_up("not an address", [&found](const std::string& host) { found = host; });
  EXPECT_EQ(found, "not an address");
}

TEST(HostNames, AfterCloseNobodyIsTold) {
  UvLoop loop;
  bool was_told = false;
  {
    HostNames names(loop.get());
    names.look_up("127.0.0.1", [&was_told](const std::string&) { was_told = true; });
  }
  loop.run();
  EXPECT_FALSE(was_told);
}

class UserHostTest : public HubTest {};

TEST_F(UserHostTest, IsTheNameOfTheAddressIfTheConfigurationSaysSo) {
  config.resolve_hosts = true;
  start({{"proxy", "import vh\ndef host(nick): return vh.GetUserHost(nick)\n"}});
  const auto a = login("A");
  const Value address("127.0.0.1");
  const Value expected(name_of_loopback());
  Value host = call("proxy", "host", {"A"});
  // Until the look-up ends, the address stands for the name.
  while (host == address && expected != address) {
    host = call("proxy", "host", {"A"});
  }
  EXPECT_EQ(host, expected);
}

}  // namespace
}  // namespace hookline::test
