#pragma once

#include <string>
#include <thread>
#include <vector>

#include "tests/plugin/test_scripts.h"
#include "tests/wrapper/wrapper_fixture.h"

namespace hookline::test {

// Collects the results of w_CallFunctionAsync: pass note() as `done`, and this as `user_data`.
struct Finished {
  std::vector<std::string> results;
  std::thread::id thread;
  static void note(int id, w_Targs* result, const char* error, void* user_data) {
    auto* const self = static_cast<Finished*>(user_data);
    self->thread = std::this_thread::get_id();
    self->results.push_back(std::to_string(id) + " " + shown_and_freed(result) +
                            (error != nullptr ? std::string(" ") + error : ""));
  }
};

// Returns the source of a script whose OnTimer returns when the gate is opened.
inline std::string stuck_at(const Gate& gate) {
  return std::string(kGateSource) + "import vh\n" + "GATE = '" + gate.path() + R"py('
def OnTimer(): wait_at(GATE)
def OnParsedMsgChat(nick, message): return False
def f(): return 1
)py";
}

}  // namespace hookline::test
