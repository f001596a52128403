#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "script_hub.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

// The folder of the scripts under test.
[[nodiscard]] std::filesystem::path scripts_folder();

// One of examples/scripts, run by a real ScriptHost for a ScriptHub. Its files are in folder.path()
// / "data".
class ScriptsTest : public ::testing::Test {
 protected:
  ScriptsTest();
  ~ScriptsTest() override;

  // After the settings are made: scripts read them while they load.
  void load(std::string_view name);
  // As a hub that was restarted.
  void reload();

  // What a command that somebody types in the main chat is answered, "" for nothing. It is a
  // failure if the script does not take it.
  [[nodiscard]] std::string command(const std::string& nick, std::string_view text);
  // Whether the script leaves the command to others.
  [[nodiscard]] bool leaves(const std::string& nick, std::string_view text);
  // Whether the event may go on. It is a failure if the script raises.
  bool event(Hook hook, std::initializer_list<HookArg> args);
  bool chat(std::string_view nick, std::string_view message) {
    return event(Hook::kOnParsedMsgChat, {nick, message});
  }
  Value call(std::string_view function, List args = {});

  // What the script has told the hub since the last time: "mc(text, nick)", None left out.
  [[nodiscard]] std::vector<std::string> told();

  TempFolder folder;
  ScriptHub hub;
  std::unique_ptr<ScriptHost> scripts;

 private:
  std::string name_;
  ScriptId script_{};
  std::vector<ScriptHub::Request> told_;  // what command() has left over
};

}  // namespace hookline::test
