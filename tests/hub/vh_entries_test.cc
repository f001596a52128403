// Tests the tables of src/hub/vh: that each function has one body, and the functions that only this
// hub has.

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "hookline/verlihub/functions.h"
#include "hub/vh/vh_module.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace verlihub;

namespace {

using ::testing::HasSubstr;

TEST(VhEntries, EachFunctionHasOneBody) {
  const auto entries = vh_entries();
  const auto checked = check_entries(entries);
  EXPECT_TRUE(checked) << checked.error().to_string();
  EXPECT_GE(entries.size(), kVhFunctions.size());
}

TEST(VhEntries, AMissingBodyIsNamed) {
  auto entries = vh_entries();
  std::erase_if(entries, [](const VhEntry& entry) {
    return std::string_view(entry.row().name) == "GetUserClass";
  });
  const auto checked = check_entries(entries);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("vh.GetUserClass() has 0 bodies"));
}

TEST(VhEntries, ASecondBodyIsNamed) {
  auto entries = vh_entries();
  entries.emplace_back(Vh::kTopic, [](VhHub&, const VhArgs&) -> Future<Value> { return {}; });
  const auto checked = check_entries(entries);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("vh.Topic() has 2 bodies"));
}

TEST(VhEntries, TheBodyOfAnOwnFunctionSaysWhereItRuns) {
  constexpr VhRow kRow = {.group = VhGroup::kHub,
                          .name = "Own",
                          .argument_kinds = "s|l",
                          .argument_names = "text number",
                          .returns = "bool",
                          .help = "Tells something.",
                          .details = "",
                          .example = "vh.Own('')"};
  constexpr VhEntry kReads(kRow,
                           [](const VhReadable&, const VhArgs&) -> Result<Value> { return true; });
  constexpr VhEntry kActs(kRow, [](VhHub&, const VhArgs&) -> Result<Value> { return true; });
  static_assert(kReads.is_own() && kReads.row().runs_on == RunsOn::kCaller);
  static_assert(kActs.is_own() && kActs.row().runs_on == RunsOn::kHost);
  EXPECT_EQ(vh_rows().size(), vh_entries().size());
}

}  // namespace
}  // namespace hookline::test
