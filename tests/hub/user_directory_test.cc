#include "hub/users/user_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hub/users/nick_table.h"

namespace hookline {

using namespace hub;

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
  directory.read()->for_each_listed([&](const User& user) { out.push_back(user.nick); });
  return out;
}

TEST(Nick, ComparesAsciiLettersWithoutCase) {
  EXPECT_TRUE(same_nick("Alice[1]", "aLICE[1]"));
  EXPECT_FALSE(same_nick("Alice", "Alic"));
  EXPECT_FALSE(same_nick("[", "{"));
  // Two letters of CP1251 that differ in case. The hub compares them as bytes.
  EXPECT_FALSE(same_nick("\xc0", "\xe0"));
  EXPECT_EQ(NickHash()("ALICE"), NickHash()("alice"));
  EXPECT_EQ(fold_nick("A\xc0z"), "a\xc0z");
}

// Nicks are folded eight bytes at a time. Each byte, at each place, must come out as if it were
// alone.
TEST(Nick, FoldsEveryByteAtEveryPlace) {
  constexpr std::size_t kLongest = 19;
  for (std::size_t length = 1; length <= kLongest; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string nick(length, 'x');
        nick[place] = static_cast<char>(byte);
        std::string other = nick;
        other[place] = static_cast<char>(byte ^ 0x20);
        const bool is_letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        ASSERT_TRUE(same_nick(nick, nick));
        ASSERT_EQ(same_nick(nick, other), is_letter) << length << ' ' << place << ' ' << byte;
        ASSERT_EQ(NickHash()(nick) == NickHash()(other), is_letter);
        ASSERT_EQ(fold_nick(nick) == fold_nick(other), is_letter);
      }
    }
  }
  EXPECT_TRUE(same_nick("", ""));
  EXPECT_FALSE(same_nick("", "a"));
}

TEST(UserDirectory, FindsWhatWasPut) {
  UserDirectory directory;
  directory.put(make_user("Alice", 10));
  ASSERT_NE(directory.read()->find("alice"), nullptr);
  EXPECT_EQ(directory.read()->find("alice")->nick, "Alice");
  EXPECT_EQ(directory.read()->find("bob"), nullptr);
}

TEST(UserDirectory, ReplacesAUserOfTheSameNick) {
  UserDirectory directory;
  directory.put(make_user("Alice", 10));
  directory.put(make_user("Alice", 30));
  EXPECT_EQ(directory.read()->user_count(), 1u);
  EXPECT_EQ(directory.read()->share_bytes(), 30u);
}

TEST(UserDirectory, ErasesAndForgivesErasingNobody) {
  UserDirectory directory;
  directory.put(make_user("Alice", 10));
  directory.erase("ALICE");
  directory.erase("nobody");
  EXPECT_EQ(directory.read()->user_count(), 0u);
  EXPECT_EQ(directory.read()->share_bytes(), 0u);
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
  EXPECT_EQ(directory.read()->user_count(), 1u);
  EXPECT_EQ(directory.read()->share_bytes(), 1u);
  EXPECT_THAT(nicks(directory), ::testing::UnorderedElementsAre("Bot", "Alice"));
}

TEST(UserDirectory, WhatIsBeingReadDoesNotChange) {
  UserDirectory directory;
  directory.put(make_user("Alice"));
  {
    const auto before = directory.read();
    directory.erase("Alice");
    directory.put(make_user("Bob"));
    EXPECT_NE(before->find("Alice"), nullptr);
    EXPECT_EQ(before->find("Bob"), nullptr);
  }
  EXPECT_EQ(directory.read()->find("Alice"), nullptr);
  EXPECT_NE(directory.read()->find("Bob"), nullptr);
}

// The table grows and shrinks, with nicks of different lengths in both cases.
TEST(UserDirectory, FindsEachOfThousands) {
  constexpr std::size_t kUsers = 5'000;
  const auto nick = [](std::size_t i, char first) {
    return std::string(i % 20, first) + std::to_string(i);
  };
  UserDirectory directory;
  for (std::size_t i = 0; i < kUsers; ++i) {
    directory.put(make_user(nick(i, 'Q'), 1));
  }
  EXPECT_EQ(directory.read()->user_count(), kUsers);
  EXPECT_EQ(nicks(directory).size(), kUsers);
  for (std::size_t i = 0; i < kUsers; i += 2) {
    directory.erase(nick(i, 'q'));
  }
  for (std::size_t i = 0; i < kUsers; ++i) {
    const auto now = directory.read();
    const User* const user = now->find(nick(i, 'q'));
    ASSERT_EQ(user != nullptr, i % 2 == 1) << i;
    EXPECT_TRUE(user == nullptr || user->nick == nick(i, 'Q'));
  }
  EXPECT_EQ(directory.read()->user_count(), kUsers / 2);
}

TEST(NickTable, KeepsNicksOfOneHashApart) {
  constexpr std::uint64_t kHash = 7;
  NickTable table;
  std::vector<UserPtr> users;
  for (int i = 0; i < 20; ++i) {
    users.push_back(make_user("user" + std::to_string(i)));
    table = table.changed(nullptr, users.back(), kHash);
  }
  table = table.changed(users[3].get(), nullptr, kHash);
  const UserPtr again = make_user("USER4");
  table = table.changed(users[4].get(), again, kHash);
  EXPECT_EQ(table.size(), 19U);
  EXPECT_EQ(table.find("user3", kHash), nullptr);
  EXPECT_EQ(table.find("user4", kHash), again.get());
  EXPECT_EQ(table.find("user5", kHash + 1), nullptr);
  EXPECT_EQ(table.find("User19", kHash), users[19].get());
}

// The counts belong to the same moment as the users.
TEST(UserDirectory, ReadersSeeConsistentMoments) {
  UserDirectory directory;
  std::atomic<bool> is_done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!is_done) {
        const auto snapshot = directory.read();
        std::size_t count = 0;
        snapshot->for_each_listed([&](const User&) { ++count; });
        EXPECT_EQ(count, snapshot->user_count());
        EXPECT_EQ(snapshot->share_bytes(), 3 * snapshot->user_count());
        const User* const user = snapshot->find("USER50");
        EXPECT_TRUE(user == nullptr || user->nick == "user50");
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
