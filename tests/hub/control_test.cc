// Tests the control socket, byte by byte; tests/cli/ctl_test.cc tests the command that uses it.

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "hub/base/log_level.h"
#include "hub/config/config.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

class ControlConnection {
 public:
  explicit ControlConnection(const std::filesystem::path& path) {
    const sockaddr_un address = address_of(path);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ControlConnection(const ControlConnection&) = delete;
  ControlConnection& operator=(const ControlConnection&) = delete;
  ~ControlConnection() { close(fd_); }

  void send_bytes(std::string_view bytes) const {
    EXPECT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // Returns a line without its newline, or "" at the end of the connection.
  std::string read_line() const {
    std::string line;
    char byte = 0;
    while (read(fd_, &byte, 1) == 1 && byte != '\n') {
      line += byte;
    }
    return line;
  }
  std::string ask(std::string_view request) const {
    send_bytes(std::string(request) + "\n");
    return read_line();
  }

 private:
  int fd_ = socket(AF_UNIX, SOCK_STREAM, 0);
};

class Control : public HubTest {
 protected:
  Control() { control_socket = folder.path() / "control.sock"; }
};

TEST_F(Control, OnlyTheHubsUserMayOpenIt) {
  start();
  struct stat info{};
  ASSERT_EQ(stat(control_socket.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  stop();
  EXPECT_FALSE(std::filesystem::exists(control_socket));
}

TEST_F(Control, ScriptsComeAndGo) {
  start();
  const ControlConnection control(control_socket);
  EXPECT_EQ(control.ask(R"({"command":"list"})"), R"({"ok":true,"result":[]})");
  const auto file = folder.write("one.py", "def OnTimer(msec): pass\n");
  EXPECT_EQ(control.ask(R"({"command":"load","argument":")" + file.string() + "\"}"),
            R"({"ok":true,"result":"'one' is loaded."})");
  EXPECT_EQ(control.ask(R"({"command":"list"})"),
            R"({"ok":true,"result":[{"id":0,"name":"one","title":"","version":"","path":")" +
                file.string() +
                R"(","hooks":["OnTimer"],"state":"loaded","is_over_cpu_share":false}]})");
  EXPECT_EQ(control.ask(R"({"command":"reload","argument":"one"})"),
            R"({"ok":true,"result":"'one' is reloaded."})");
  EXPECT_THAT(control.ask(R"({"command":"stats","argument":"one"})"),
              StartsWith(R"({"ok":true,"result":[{"name":"one","calls":0,"errors":0,)"));
  EXPECT_EQ(control.ask(R"({"command":"unload","argument":"one"})"),
            R"({"ok":true,"result":"'one' is unloaded."})");
}

TEST_F(Control, ErrorsHaveTheirTraceback) {
  start();
  folder.write("scripts/bad.py", "x = 1 / 0\n");
  const ControlConnection control(control_socket);
  const auto answer = control.ask(R"({"command":"load","argument":"bad"})");
  EXPECT_THAT(answer, StartsWith(R"({"ok":false,"error":"'bad' was not loaded: )"));
  EXPECT_THAT(answer, HasSubstr(R"(bad.py\", line 1)"));
  for (const auto* request :
       {"", "nonsense", "[]", R"({"command":7})", R"({"command":"dance"})", "{}"}) {
    EXPECT_THAT(control.ask(request), StartsWith(R"({"ok":false,"error":"A request is)"))
        << request;
  }
  EXPECT_THAT(control.ask(R"({"command":"reload"})"), HasSubstr("Say which script to reload"));
  EXPECT_THAT(control.ask(R"({"command":"stats","argument":"no"})"),
              HasSubstr("There is no script 'no'"));
}

TEST_F(Control, RequestsAreAnsweredInOrder) {
  start({{"one", "def f(): pass\n"}});
  const ControlConnection control(control_socket);
  control.send_bytes(
      "{\"command\":\"reload\",\"argument\":\"one\"}\n{\"command\":\"list\"}\n{\"com");
  EXPECT_THAT(control.read_line(), HasSubstr("reloaded"));
  EXPECT_THAT(control.read_line(), HasSubstr("\"id\":0"));
  control.send_bytes("mand\":\"stats\"}\n");
  EXPECT_THAT(control.read_line(), HasSubstr("\"calls\":0"));
}

TEST_F(Control, WhatIsTooLongEndsTheConnection) {
  start();
  const ControlConnection control(control_socket);
  control.send_bytes(std::string(70'000, 'x'));
  EXPECT_EQ(control.read_line(), "");
}

TEST_F(Control, AClientThatLeavesWhileAScriptLoadsIsForgotten) {
  start();
  const Gate gate(folder.path() / "gate");
  folder.write("scripts/slow.py", std::string(kGateSource) + "wait_at('" + gate.path() + "')\n");
  {
    ControlConnection(control_socket).send_bytes("{\"command\":\"load\",\"argument\":\"slow\"}\n");
  }
  gate.open();
  const ControlConnection control(control_socket);
  EXPECT_THAT(control.ask(R"({"command":"list"})"), StartsWith(R"({"ok":true)"));
}

TEST_F(Control, TheLogLevelCanBeChanged) {
  start();
  const std::string before = log_level();
  const ControlConnection control(control_socket);
  EXPECT_EQ(control.ask(R"({"command":"log","argument":"error"})"),
            R"({"ok":true,"result":"error"})");
  EXPECT_EQ(control.ask(R"({"command":"log"})"), R"({"ok":true,"result":"error"})");
  EXPECT_THAT(control.ask(R"({"command":"log","argument":"loud"})"), HasSubstr("no log level"));
  EXPECT_TRUE(set_log_level(before));
}

TEST_F(Control, ASocketThatWasLeftBehindIsTakenOver) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un address = address_of(control_socket);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(fd);
  ASSERT_TRUE(std::filesystem::exists(control_socket));
  config.control_socket = control_socket;
  start();
  EXPECT_EQ(ControlConnection(control_socket).ask(R"({"command":"list"})"),
            R"({"ok":true,"result":[]})");
}

TEST_F(Control, ASocketThatIsInUseIsNotTakenOver) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un address = address_of(control_socket);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  config.control_socket = control_socket;
  const auto hub = Hub::create(config, {.control_socket = control_socket});
  ASSERT_FALSE(hub);
  EXPECT_THAT(hub.error().message, HasSubstr("another hub serves there"));
  close(fd);
  std::filesystem::remove(control_socket);
  folder.write("control.sock", "a file");
  const auto other = Hub::create(config, {.control_socket = control_socket});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("is no socket"));
  EXPECT_TRUE(std::filesystem::exists(control_socket));
}

TEST(ControlPath, FollowsTheConfiguration) {
  HubConfig config;
  config.base_dir = "/etc/hub";
  EXPECT_EQ(control_socket_path(config), "/etc/hub/hookline.sock");
  config.control_socket = "run/ctl";
  EXPECT_EQ(control_socket_path(config), "/etc/hub/run/ctl");
  config.control_socket = "/run/ctl";
  EXPECT_EQ(control_socket_path(config), "/run/ctl");
  config.control_socket = "off";
  EXPECT_TRUE(control_socket_path(config).empty());
}

}  // namespace
}  // namespace hookline::test
