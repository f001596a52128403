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
#include "hookline/verlihub/hooks.h"
#include "script_hub.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

// Returns the folder of the scripts under test.
[[nodiscard]] std::filesystem::path scripts_folder();

// Runs one of examples/scripts with a real ScriptHost and a ScriptHub. Its files are in
// folder.path() / "data".
class ScriptsTest : public ::testing::Test {
 protected:
  ScriptsTest();
  ~ScriptsTest() override;

  // Loads the script. Make the settings first, because scripts read them while they load.
  void load(std::string_view name);
  // Loads the script again, as after a restart of the hub.
  void reload();

  // Runs a command that somebody types in the main chat, and returns the answer, or "" if there is
  // none. The test fails if the script does not accept the command.
  [[nodiscard]] std::string command(const std::string& nick, std::string_view text);
  // Returns whether the script leaves this command to others.
  [[nodiscard]] bool leaves(const std::string& nick, std::string_view text);
  // Returns whether the event may go on. The test fails if the script raises.
  bool event(Hook hook, std::initializer_list<Argument> args);
  bool chat(std::string_view nick, std::string_view message) {
    return event(verlihub::kOnParsedMsgChat, {nick, message});
  }
  Value call(std::string_view function, List args = {});

  // Returns what the script has told the hub since the last call: "mc(text, nick)", without None.
  [[nodiscard]] std::vector<std::string> told();

  TempFolder folder;
  ScriptHub hub;
  std::unique_ptr<ScriptHost> scripts;

 private:
  std::string name_;
  ScriptId script_{};
  std::vector<ScriptHub::Request> told_;  // not yet returned by told()
};

}  // namespace hookline::test
