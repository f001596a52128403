#include "plugin/types/hook_table.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"
#include "hookline/typed_hook.h"

namespace hookline::test {

using namespace detail;

namespace {

using ::testing::HasSubstr;

// The names own the texts of the rows.
std::vector<std::string> many_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back("on_" + std::to_string(i));
  }
  return names;
}

std::vector<HookRow> rows_of(const std::vector<std::string>& names) {
  std::vector<HookRow> rows;
  for (const std::string& name : names) {
    rows.push_back(hook<std::string>(name, {"nick"}));
  }
  return rows;
}

std::string refusal(const std::vector<HookRow>& rows) {
  const auto checked = HookTable::check(rows);
  return checked ? "" : checked.error().message;
}

TEST(HookTableRows, EachIsFoundByNameAndByKey) {
  const auto names = many_names(HookTable::kMost);
  const auto rows = rows_of(names);
  ASSERT_EQ(refusal(rows), "");
  const HookTable table(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(table.find(names[i]), static_cast<Hook>(i));
    EXPECT_EQ(table.find_key(rows[i].event_key), static_cast<Hook>(i));
  }
  EXPECT_FALSE(table.find("on_"));
  EXPECT_FALSE(table.find_key(hook<int>("on_0", {"nick"}).event_key)) << "the kinds differ";
}

TEST(HookTableRows, ATableMayBeEmpty) {
  EXPECT_EQ(refusal({}), "");
  const HookTable table{std::vector<HookRow>()};
  EXPECT_FALSE(table.has(Hook{0}));
  EXPECT_FALSE(table.find("on_0"));
  EXPECT_FALSE(table.find_key(hook<>("on_0", {}).event_key));
}

TEST(HookTableRows, MistakesAreNamed) {
  const AnswerRule no_merge{.decides = true, .read = nullptr, .merge = nullptr};
  const AnswerRule no_read{.decides = true, .read = nullptr, .merge = [](Decision&, Answer&&) {}};
  HookRow without_rule = hook<>("on_a", {});
  without_rule.rule = nullptr;
  const struct {
    std::vector<HookRow> rows;
    std::string_view message;
  } cases[] = {
      {{hook<>("", {})}, "the hook '' cannot be used: its name must be that of a Python function"},
      {{hook<>("on a", {})}, "its name must be that of a Python function"},
      {{hook<>("1st", {})}, "its name must be that of a Python function"},
      {{hook<>("on_a", {}), hook<int>("on_a", {"n"})},
       "the hook 'on_a' cannot be used: it is in the table twice"},
      {{{.name = "on_a", .kinds = "sssssss"}}, "it has more than 6 arguments"},
      {{{.name = "on_a", .kinds = "x"}}, "its kinds \"x\" have a letter that is not one of"},
      {{{.name = "on_a", .kinds = "s"}}, "each argument needs a name"},
      {{hook<int>("on_a", {"a b"})}, "each argument needs a name"},
      {{hook<int>("on_a", {})}, "each argument needs a name that Python allows"},
      {{hook<>("class", {})}, "its name must be that of a Python function"},
      {{hook<int, int>("on_a", {"x", "x"})}, "two of its arguments have the same name"},
      {{without_rule}, "it has no rule for its answers"},
      {{hook<>("on_a", {}, no_merge)}, "or a rule that cannot merge them"},
      {{hook<>("on_a", {}, no_read)}, "its rule has no function that reads an answer"},
  };
  for (const auto& [rows, message] : cases) {
    EXPECT_THAT(refusal(rows), HasSubstr(std::string(message)));
  }
  EXPECT_THAT(refusal(rows_of(many_names(HookTable::kMost + 1))),
              HasSubstr("a host may have 1024 hooks, and this one gives 1025"));
}

}  // namespace
}  // namespace hookline::test
