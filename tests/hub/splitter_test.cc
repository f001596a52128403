#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>
#include <string_view>
#include <vector>

#include "hub/nmdc/command_splitter.h"

namespace hookline {

using namespace hub;

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> take_all(CommandSplitter& splitter) {
  std::vector<std::string> commands;
  while (const auto command = splitter.next()) {
    commands.emplace_back(*command);
  }
  return commands;
}

TEST(CommandSplitter, CutsAtEachBar) {
  CommandSplitter splitter(100);
  splitter.append("$A|<b> c|rest");
  EXPECT_THAT(take_all(splitter), ElementsAre("$A", "<b> c"));
  EXPECT_EQ(splitter.buffered(), 4u);
  splitter.append("|");
  EXPECT_THAT(take_all(splitter), ElementsAre("rest"));
  EXPECT_EQ(splitter.buffered(), 0u);
}

TEST(CommandSplitter, GivesEmptyCommandsOut) {
  CommandSplitter splitter(100);
  splitter.append("||a|");
  EXPECT_THAT(take_all(splitter), ElementsAre("", "", "a"));
}

TEST(CommandSplitter, DoesNotMindHowBytesArrive) {
  const std::string text = "$Supports x|$Key \x01\x02|$ValidateNick me||<me> \xff|";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    CommandSplitter splitter(100);
    std::vector<std::string> commands;
    for (std::size_t at = 0; at < text.size(); at += step) {
      splitter.append(std::string_view(text).substr(at, step));
      for (auto& command : take_all(splitter)) {
        commands.push_back(std::move(command));
      }
    }
    EXPECT_THAT(commands,
                ElementsAre("$Supports x", "$Key \x01\x02", "$ValidateNick me", "", "<me> \xff"))
        << step;
  }
}

TEST(CommandSplitter, KeepsBytesThatAreNull) {
  CommandSplitter splitter(100);
  splitter.append(std::string_view("a\0b|", 4));
  EXPECT_THAT(take_all(splitter), ElementsAre(std::string("a\0b", 3)));
}

TEST(CommandSplitter, RefusesACompleteCommandThatIsTooLong) {
  CommandSplitter splitter(4);
  splitter.append("1234|12345|ok|");
  EXPECT_THAT(take_all(splitter), ElementsAre("1234"));
  EXPECT_TRUE(splitter.too_long());
  splitter.append("ok|");
  EXPECT_THAT(take_all(splitter), IsEmpty());
}

TEST(CommandSplitter, RefusesATooLongCommandBeforeItsEnd) {
  CommandSplitter splitter(4);
  splitter.append("1234");
  EXPECT_THAT(take_all(splitter), IsEmpty());
  EXPECT_FALSE(splitter.too_long());
  splitter.append("5");
  EXPECT_THAT(take_all(splitter), IsEmpty());
  EXPECT_TRUE(splitter.too_long());
}

TEST(CommandSplitter, StaysRightWhenItReusesItsBuffer) {
  CommandSplitter splitter(100'000);
  std::size_t seen = 0;
  for (int i = 0; i < 1000; ++i) {
    splitter.append(std::string(static_cast<std::size_t>(i % 97), 'x') + "|part");
    splitter.append("|half");
    for (const auto& command : take_all(splitter)) {
      ++seen;
      EXPECT_EQ(command.find('|'), std::string::npos);
    }
  }
  EXPECT_EQ(seen, 2000u);
}

// One huge command must not cost its memory for ever. The first command of a buffer is its start.
TEST(CommandSplitter, GivesBackTheMemoryOfAHugeCommand) {
  const auto memory_after = [](CommandSplitter& splitter, std::size_t size) {
    splitter.append(std::string(size, 'x') + "|");
    const auto command = splitter.next().value_or("");
    EXPECT_EQ(command.size(), size);
    return malloc_usable_size(const_cast<char*>(command.data()));
  };
  CommandSplitter splitter(1'000'000);
  EXPECT_GE(memory_after(splitter, 1'000'000), 1'000'000u);
  EXPECT_LT(memory_after(splitter, 500), 10'000u);
}

TEST(CommandSplitter, ForgetsEverythingWhenCleared) {
  CommandSplitter splitter(10);
  splitter.append("a|b");
  splitter.clear();
  EXPECT_EQ(splitter.buffered(), 0u);
  splitter.append("c|");
  EXPECT_THAT(take_all(splitter), ElementsAre("c"));
}

}  // namespace
}  // namespace hookline
