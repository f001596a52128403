#include "hookline/reference.h"

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hookline/function.h"

namespace hookline::test {

namespace {

using ::testing::HasSubstr;

struct Sword {
  int strike(int times) const { return times; }
};

Module make_game() {
  Module game("game", "A game.");
  game.constant("SPEED", 3, "The speed of light.")
      .attribute("world", "Midgard", "Where it is.")
      .def(
          "find",
          [](std::vector<std::string> names, std::optional<int> most) {
            return names.size() + static_cast<std::size_t>(most.value_or(0));
          },
          arg("names"), arg("most") = nullptr, "Finds \\players.")
      .def(
          "each", [](const Callback&) {}, arg("from"), RunsOn::kCaller)
      .def("any", [](std::span<const Value>, const Caller&) -> Result<Value> { return {}; })
      .def_resource<Sword>(
          "Sword", [](int /*length*/) { return std::make_unique<Sword>(Sword{}); },
          arg("length") = 1, method("strike", &Sword::strike, arg("times"), "Hits."), "A sword.");
  return game;
}

TEST(ModuleStub, DescribesTheModule) {
  const std::string stub = module_stub(make_game());
  EXPECT_TRUE(stub.starts_with("\"\"\"A game.\"\"\"\n"));
  EXPECT_THAT(stub, HasSubstr("\nSPEED: Final = 3  # The speed of light.\n"));
  EXPECT_THAT(stub, HasSubstr("\nworld: str  # Where it is.\n"));
  EXPECT_THAT(stub, HasSubstr("\nname: str  # The name of this script"));
  EXPECT_THAT(stub, HasSubstr("\ndef find(names: list[Any], most: int | None = None) -> int:\n"
                              "    \"\"\"Finds \\\\players.\"\"\"\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef each(from_: Callable[..., Any], /) -> None: ...\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef any(*args: Any) -> Any: ...\n"));
  EXPECT_THAT(stub, HasSubstr("\nclass Sword:\n    \"\"\"A sword.\"\"\"\n"));
  EXPECT_THAT(stub, HasSubstr("    def __init__(self, length: int = 1) -> None: ...\n"));
  EXPECT_THAT(stub, HasSubstr("    def strike(self, times: int) -> int:\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef batch() -> AbstractContextManager[Any]:\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef __getattr__(name: str) -> HostFunction:\n"));
}

TEST(ModuleReference, DescribesTheModule) {
  const std::string page = module_reference_markdown(make_game());
  EXPECT_THAT(page,
              HasSubstr("\n#### game.find\n\n`find(names: list[Any], most: int | None = None) "
                        "-> int`\n\nFinds \\players. *On the host's thread.*\n"));
  EXPECT_THAT(page, HasSubstr("\n#### game.Sword\n\n`Sword(length: int = 1) -> Sword`\n"));
  EXPECT_THAT(page, HasSubstr("\n| `SPEED` | 3 | The speed of light. |\n"));
  EXPECT_THAT(page, HasSubstr("\n| `world` | Where it is. |\n"));
}

TEST(ModuleReference, NotesGroupTheFunctions) {
  const ReferenceNote notes[] = {{"any", "Second", ""}, {"find", "First", "\ngame.find([])\n"}};
  const std::string page = module_reference_markdown(make_game(), notes);
  EXPECT_LT(page.find("### Second"), page.find("### First"));
  EXPECT_LT(page.find("### First"), page.find("### Other"));
  EXPECT_THAT(page, HasSubstr("\n```python\ngame.find([])\n```\n"));
}

}  // namespace
}  // namespace hookline::test
