// Tests the module of the host, which an interpreter makes when a script imports it.

#include <gtest/gtest.h>

#include <string>

#include "interp/host_context.h"
#include "interp/interpreter.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

int set_up(PyObject* module) {
  const auto* const number = static_cast<const int*>(host_context());
  return PyModule_AddIntConstant(module, "number", *number);
}

PyModuleDef* definition() {
  static PyModuleDef_Slot slots[] = {
      {Py_mod_exec, reinterpret_cast<void*>(&set_up)},
      {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
      {0, nullptr}};
  static PyModuleDef definition = {
      .m_base = PyModuleDef_HEAD_INIT, .m_name = "any", .m_slots = slots};
  return &definition;
}

class HostModuleTest : public InterpTest {
 protected:
  void restart(const char* name, int& number, Gil gil = Gil::kOwn) {
    restart_interpreter({.host_context = &number,
                         .module = {.name = name, .definition = definition()},
                         .gil = gil});
  }
};

TEST_F(HostModuleTest, HasTheNameThatTheHostGives) {
  int number = 7;
  restart("game", number);
  load("import game\ndef look(): return game.__name__, game.number, repr(game)");
  EXPECT_EQ(call("look"), Value(Tuple{{"game", 7, "<module 'game' (built-in)>"}}));
  number = 8;
  restart("server", number);
  load(R"(
import server
def look():
    try:
        import game
    except ModuleNotFoundError:
        return server.number
)");
  EXPECT_EQ(call("look"), Value(8));
}

TEST_F(HostModuleTest, IsMadeAgainAfterItWasDeleted) {
  int number = 7;
  restart("game", number);
  load(R"(
import sys
import game
def again():
    del sys.modules["game"]
    import game as second
    return second is not game and second.number == 7
)");
  EXPECT_EQ(call("again"), Value(true));
}

TEST_F(HostModuleTest, ComesBeforeAScriptOfItsName) {
  int number = 7;
  restart("game", number);
  load("import game\ndef look(): return game.number, __name__", "game.py");
  EXPECT_EQ(call("look"), Value(Tuple{{7, "game_script"}}));
}

TEST_F(HostModuleTest, LeavesTheMainInterpreterWithItsScript) {
  int number = 7;
  restart("game", number, Gil::kMain);
  load("import game\ndef look(): return game.number");
  EXPECT_EQ(call("look"), Value(7));
  number = 8;
  restart("server", number, Gil::kMain);
  load(R"(
import sys
import server
def look():
    return server.number, "game" in sys.modules, len([f for f in sys.meta_path if hasattr(f, "leave")])
)");
  EXPECT_EQ(call("look"), Value(Tuple{{8, false, 1}}));
}

}  // namespace
}  // namespace hookline
