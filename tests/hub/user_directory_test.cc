#include "hub/user_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hookline {
namespace {

UserPtr make_user(std::string nick, std::uint64_t share = 0, bool is_listed = true) {
  auto user = std::make_shared<User>();
  user->nick = std::move(nick);
  user->share_bytes = share;
  user->is_listed = is_listed;
  return user;
}

std::vector<std::string> nicks(const UserDirectory& directory) {
  std::vector<std::string> out;
  directory.snapshot()->for_each_listed([&](const User& user) { out.push_back(user.nick); });
  return out;
}

TEST(Nick, ComparesAsciiLettersWithoutCase) {
  EXPECT_TRUE(same_nick("Alice[1]", "aLICE[1]"));
  EXPECT_FALSE(same_nick("Alice", "Alic"));
  EXPECT_FALSE(same_nick("[", "{"));
  // Two letters of CP1251 that differ in case: bytes, as far as a hub knows.
  EXPECT_FALSE(same_nick("\xc0", "\xe0"));
  EXPECT_EQ(NickHash()("ALICE"), NickHash()("alice"));
  EXPECT_EQ(fold_nick("A\xc0z"), "a\xc0z");
}

TEST(UserDirectory, FindsWhatWasPut) {
  UserDirectory directory;
  directory.put(make_user("Alice", 10));
  ASSERT_NE(directory.snapshot()->find("alice"), nullptr);
  EXPECT_EQ(directory.snapshot()->find("alice")->nick, "Alice");
  EXPECT_EQ(directory.snapshot()->find("bob"), nullptr);
}

TEST(UserDirectory, ReplacesAUserOfTheSameNick) {
  UserDirectory directory;
  directory.put(make_user("Alice", 10));
  directory.put(make_user("Alice", 30));
  EXPECT_EQ(directory.snapshot()->user_count(), 1u);
  EXPECT_EQ(directory.snapshot()->share_bytes(), 30u);
}

TEST(UserDirectory, ErasesAndForgivesErasingNobody) {
  UserDirectory directory;
  directory.put(make_user("Alice", 10));
  directory.erase("ALICE");
  directory.erase("nobody");
  EXPECT_EQ(directory.snapshot()->user_count(), 0u);
  EXPECT_EQ(directory.snapshot()->share_bytes(), 0u);
  EXPECT_TRUE(nicks(directory).empty());
}

TEST(UserDirectory, CountsListedUsersOnly) {
  UserDirectory directory;
  auto bot = std::make_shared<User>();
  bot->nick = "Bot";
  bot->is_bot = true;
  bot->is_listed = true;
  bot->share_bytes = 5;
  directory.put(bot);
  directory.put(make_user("Logging_in", 7, false));
  directory.put(make_user("Alice", 1));
  EXPECT_EQ(directory.snapshot()->user_count(), 1u);
  EXPECT_EQ(directory.snapshot()->share_bytes(), 1u);
  EXPECT_THAT(nicks(directory), ::testing::UnorderedElementsAre("Bot", "Alice"));
}

TEST(UserDirectory, ASnapshotDoesNotChange) {
  UserDirectory directory;
  directory.put(make_user("Alice"));
  const auto before = directory.snapshot();
  directory.erase("Alice");
  EXPECT_NE(before->find("Alice"), nullptr);
  EXPECT_EQ(directory.snapshot()->find("Alice"), nullptr);
}

// The counts belong to the same moment as the users.
TEST(UserDirectory, ReadersSeeConsistentMoments) {
  UserDirectory directory;
  std::atomic<bool> is_done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!is_done) {
        const auto snapshot = directory.snapshot();
        std::size_t count = 0;
        snapshot->for_each_listed([&](const User&) { ++count; });
        EXPECT_EQ(count, snapshot->user_count());
        EXPECT_EQ(snapshot->share_bytes(), 3 * snapshot->user_count());
      }
    });
  }
  for (int i = 0; i < 2000; ++i) {
    directory.put(make_user("user" + std::to_string(i % 100), 3));
    directory.erase("user" + std::to_string((i * 7) % 100));
  }
  is_done = true;
  for (auto& reader : readers) {
    reader.join();
  }
}

}  // namespace
}  // namespace hookline
