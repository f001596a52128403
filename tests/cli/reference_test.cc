// Tests that the reference of scripts is complete and up to date, and that its examples work.

#include "cli/reference.h"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "hookline/verlihub/hooks.h"
#include "hub/vh/vh_module.h"
#include "plugin/event/answer.h"
#include "plugin/functions/module_data.h"
#include "tests/cli/cli_run.h"
#include "tests/plugin/test_scripts.h"
#include "verlihub/constants.h"
#include "verlihub/module_parts.h"
#include "verlihub/notes.h"
#include "verlihub/signature.h"

namespace hookline::test {

using namespace cli;
using namespace verlihub;
using detail::HostFunction;

namespace {

using ::testing::HasSubstr;

std::string read_file(std::string_view name) {
  std::ifstream file(std::filesystem::path(HOOKLINE_SOURCE_DIR) / name);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string print(std::vector<std::string> options) {
  options.insert(options.begin(), "reference");
  const CliResult result = run(std::move(options));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  return result.out;
}

TEST(Reference, ThePageIsUpToDate) {
  const auto file = std::filesystem::path(HOOKLINE_SOURCE_DIR) / "docs/templates/scripting.md";
  EXPECT_EQ(print({"--template", file.string()}), read_file("docs/scripting.md"))
      << "run 'make docs'";
}

TEST(Reference, TheStubFileIsUpToDate) {
  EXPECT_EQ(print({"--format=pyi"}), read_file("share/vh.pyi")) << "run 'make docs'";
}

TEST(Reference, JsonHasEveryRow) {
  const auto all = nlohmann::json::parse(print({"--format=json"}));
  ASSERT_EQ(all["hooks"].size(), verlihub::hook_rows().size());
  const auto rows = hub::vh_rows();
  ASSERT_GE(all["functions"].size(), rows.size());
  EXPECT_EQ(all["constants"].size(), kVhConstants.size());
  for (std::size_t i = 0; i < verlihub::hook_rows().size(); ++i) {
    EXPECT_EQ(all["hooks"][i]["name"], verlihub::hook_rows()[i].name);
    EXPECT_EQ(all["hooks"][i]["arguments"].size(), verlihub::hook_rows()[i].kinds.size());
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(all["functions"][i]["name"], rows[i].name);
    EXPECT_EQ(all["functions"][i]["arguments"].size(), parameters_of(rows[i]).size());
  }
  const auto& mc = all["functions"][static_cast<std::size_t>(Vh::kmc)];
  EXPECT_EQ(mc["runs_on"], "host");
  EXPECT_EQ(mc["arguments"][1],
            nlohmann::json::parse(R"({"name": "nick", "type": "str", "optional": true})"));
}

TEST(Reference, NamesThatAreKeywordsCannotBeUsedAsNames) {
  const auto pyi = print({"--format=pyi"});
  EXPECT_THAT(pyi, HasSubstr("def AddRegUser(nick: str, class_: int, /, "));
  EXPECT_THAT(pyi, HasSubstr("def mc(message: str, nick: str | None = None) -> bool:"));
}

TEST(Reference, EveryHookHasANote) {
  for (const HookRow& row : verlihub::hook_rows()) {
    EXPECT_NE(find_note(row), nullptr) << row.name << ": add it to src/verlihub/hook_notes.cc";
  }
}

TEST(Reference, FunctionsThatOnlyThisHubHasAreThere) {
  EXPECT_THAT(print({"--format=pyi"}),
              HasSubstr("def GetUser(nick: str) -> dict[str, Any] | None:"));
  const auto page = print({});
  const auto at = page.find("vh.GetUser(");
  ASSERT_NE(at, std::string::npos);
  EXPECT_LT(page.find("### Users\n"), at);
  EXPECT_LT(at, page.find("### Addresses and places\n"));
  EXPECT_THAT(page, HasSubstr("Only hookline's own hub has this function"));
}

TEST(Reference, ATemplateNeedsThePlaceForIt) {
  const TempFolder folder;
  const auto page = folder.write("page.md", "# Nothing to fill in\n");
  const CliResult result = run({"reference", "--template", page.string()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("needs a line <!-- the reference -->, where"));
}

TEST(Reference, ATemplateIsReadable) {
  EXPECT_THAT(run({"reference", "--template", "/no/such/page"}).err, HasSubstr("cannot be read"));
}

TEST(Reference, OnlyMarkdownHasATemplate) {
  EXPECT_THAT(run({"reference", "--format=json", "--template", "x"}).err,
              HasSubstr("--format=markdown only"));
}

constexpr std::string_view kRunner = R"py(
import ast
import vh

def run(source):
    exec(compile(source, "example", "exec"), {"vh": vh, "__name__": "example"})

def names():
    return [name for name in dir(vh) if not name.startswith("_")]

def functions_of(source):
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]

def compile_blocks(page):
    blocks = [part.partition("\n```")[0] for part in page.split("```python\n")[1:]]
    for block in blocks:
        compile(block, "block", "exec")
    return len(blocks)
)py";

// Returns an answer that a hub might give, for a type of the reference.
Value answer_of(std::string_view type) {
  static const std::map<std::string_view, Value> kAnswers = {
      {"bool", true},
      {"int", 3},
      {"float", 1.5},
      {"str", "12"},
      {"str | None", "text"},
      {"list[str]", List{"ann", "bob"}},
      {"list[Any]", List{"fine"}},
      {"dict[str, Any] | None", Dict{{{"nick", "ann"}, {"share", 12}}}},
      {"dict[str, Any]", Dict{{{"city", "Bonn"}}}},
      {"dict[str, bool]", Dict{{{"chat", true}, {"pm", false}, {"search", false}, {"ctm", false}}}},
      {"tuple[int, list[list[str]]]", Tuple{{1, List{List{"ann"}}}}},
      {"tuple[str, str, str, str, str, str] | None", Tuple{{"ann", "", "", "", "", "1000"}}},
  };
  const auto found = kAnswers.find(type);
  EXPECT_NE(found, kAnswers.end()) << type;
  return found == kAnswers.end() ? Value() : found->second;
}

class ReferenceExamples : public ScriptHostTest {
 protected:
  void SetUp() override {
    auto functions = functions_of(host, Reads::kOnCaller);
    for (const hub::VhEntry& entry : hub::vh_entries()) {
      if (entry.is_own()) {
        functions.push_back(recording(entry.row()));
      }
    }
    start({.module = module_with(std::move(functions), {.base_dir = folder.path().string()}),
           .stdout_to_stderr = true});
    load("runner", kRunner);
  }

  // Stands in for a function that only the embedded hub has.
  HostFunction recording(const VhRow& row) {
    HostFunction made = describe(row);
    made.call = [this, row](std::span<const Value> /*args*/, const Caller& /*caller*/) {
      own_called = row.name;
      return Result<Value>(answer_of(row.returns));
    };
    return made;
  }

  // Loads the example of a hook as a script, and calls the hook like the hub does.
  void run_hook(Hook hook, std::string_view name, std::string_view example) {
    const auto id = load(name, "import vh\n" + std::string(example));
    List args;
    const HookRow& row = verlihub::hook_row(hook);
    for (std::size_t i = 0; i < row.kinds.size(); ++i) {
      const std::string_view text = row.names.at(i) == "sharesize" ? "12345" : "ann";
      args.push_back(row.kinds[i] == 's'   ? Value(text)
                     : row.kinds[i] == 'l' ? Value(1)
                                           : Value(1.5));
    }
    const auto result = scripts->ask(id, hook, std::move(args)).get();
    ASSERT_TRUE(result) << result.error().to_string() << result.error().traceback;
    const auto answer = detail::read_answer(row, result);
    EXPECT_EQ(answer.note, "");
    EXPECT_TRUE(scripts->unload(id).get());
  }

  std::atomic<const char*> own_called = "";
};

TEST_F(ReferenceExamples, ExamplesOfHooksAreLoadedAndCalled) {
  for (std::size_t i = 0; i < verlihub::hook_rows().size(); ++i) {
    SCOPED_TRACE(verlihub::hook_rows()[i].name);
    const HookNote* const note = find_note(verlihub::hook_rows()[i]);
    ASSERT_NE(note, nullptr);
    EXPECT_EQ(call("runner", "functions_of", {note->example}),
              Value(List{Value(verlihub::hook_rows()[i].name)}));
    run_hook(static_cast<Hook>(i), note->name, note->example);
  }
}

TEST_F(ReferenceExamples, ExamplesOfOtherFunctionsThatTheHostCallsAreLoaded) {
  for (const OtherHookNote& note : other_hook_notes()) {
    SCOPED_TRACE(note.name);
    EXPECT_EQ(call("runner", "functions_of", {note.example}), Value(List{note.name}));
    const auto id = load(note.name, "import vh\n" + std::string(note.example));
    EXPECT_TRUE(scripts->unload(id).get());
  }
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "scores.json"));
}

TEST_F(ReferenceExamples, ExamplesOfFunctionsRunAndCallTheirFunction) {
  for (std::size_t i = 0; i < kVhFunctions.size(); ++i) {
    const VhRow& row = kVhFunctions.at(i);
    SCOPED_TRACE(row.name);
    host.answer_with(answer_of(row.returns));
    const auto before = host.requests().size();
    call("runner", "run", {row.example});
    const auto requests = host.requests();
    EXPECT_TRUE(std::any_of(requests.begin() + static_cast<std::ptrdiff_t>(before), requests.end(),
                            [i](const RecordingHost::Request& request) {
                              return request.function == static_cast<Vh>(i);
                            }));
  }
}

TEST_F(ReferenceExamples, ExamplesOfOwnFunctionsRunAndCallTheirFunction) {
  for (const hub::VhEntry& entry : hub::vh_entries()) {
    if (entry.is_own()) {
      SCOPED_TRACE(entry.row().name);
      call("runner", "run", {entry.row().example});
      EXPECT_STREQ(own_called, entry.row().name);
    }
  }
}

TEST_F(ReferenceExamples, TheOtherExamplesRun) {
  for (const VhExtra& extra : vh_extras()) {
    SCOPED_TRACE(extra.name);
    EXPECT_THAT(extra.example, HasSubstr("vh." + std::string(extra.name) + "("));
    call("runner", "run", {extra.example});
  }
}

TEST_F(ReferenceExamples, TheReferenceHasAllThatIsInTheModule) {
  std::set<std::string, std::less<>> known;
  const Module module = vh_module();
  const ModuleData& data = *ModuleAccess::data(module);
  for (const auto& function : data.functions) {
    known.emplace(function->name);
  }
  for (const auto* values : {&data.attributes, &data.constants}) {
    for (const Attribute& value : *values) {
      known.emplace(value.name);
    }
  }
  for (const auto* entries : {&data.core_functions, &data.core_attributes}) {
    for (const CoreEntry& entry : *entries) {
      known.emplace(entry.name);
    }
  }
  known.erase("__version_string__");
  std::set<std::string, std::less<>> found;
  const Value names = call("runner", "names");
  for (const Value& name : *names.as<List>()) {
    found.insert(*name.as<std::string>());
  }
  EXPECT_EQ(found, known);
}

TEST_F(ReferenceExamples, EveryBlockOfThePageCompiles) {
  const Value blocks = call("runner", "compile_blocks", {read_file("docs/scripting.md")});
  EXPECT_GT(*blocks.as<std::int64_t>(), static_cast<std::int64_t>(verlihub::hook_rows().size()));
}

}  // namespace
}  // namespace hookline::test
