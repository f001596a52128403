#include "interp/memory_account.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

using AccountKind = MemoryAccount::Kind;

constexpr std::size_t kMiB = std::size_t{1} << 20U;

// Closes its account. All that was taken must have been given back.
class Opened {
 public:
  explicit Opened(MemoryTotal& total) : account_(MemoryAccount::open(total)) {}
  ~Opened() { account_->close(); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  MemoryAccount* operator->() const { return account_; }

 private:
  MemoryAccount* account_;
};

TEST(MemoryAccount, CountsWhatIsTakenAndItsPeak) {
  MemoryTotal total;
  const Opened account(total);
  EXPECT_EQ(account->used(), 0U);
  EXPECT_TRUE(account->take(3 * kMiB, AccountKind::kLarge));
  EXPECT_TRUE(account->take(100, AccountKind::kSmall));
  account->give(2 * kMiB);
  EXPECT_EQ(account->used(), kMiB + 100);
  EXPECT_EQ(account->peak(), 3 * kMiB + 100);
  account->give(kMiB + 100);
  EXPECT_EQ(account->used(), 0U);
}

TEST(MemoryAccount, RefusesWhatExceedsItsLimit) {
  MemoryTotal total;
  const Opened account(total);
  account->set_limit(10 * kMiB);
  EXPECT_EQ(account->limit(), 10 * kMiB);
  EXPECT_TRUE(account->take(10 * kMiB, AccountKind::kLarge));
  EXPECT_FALSE(account->take(600, AccountKind::kLarge));
  EXPECT_EQ(account->used(), 10 * kMiB);
  EXPECT_EQ(account->peak(), 10 * kMiB);
  account->give(600);
  EXPECT_TRUE(account->take(600, AccountKind::kLarge));
  account->set_limit(std::nullopt);
  EXPECT_EQ(account->limit(), std::nullopt);
  EXPECT_TRUE(account->take(600, AccountKind::kLarge));
  account->give(10 * kMiB + 600);
}

TEST(MemoryAccount, LetsSmallBlocksExceedTheLimitByItsSlack) {
  MemoryTotal total;
  const Opened account(total);
  account->set_limit(kMiB);
  EXPECT_TRUE(account->take(kMiB, AccountKind::kLarge));
  EXPECT_TRUE(account->take(MemoryAccount::kSlack, AccountKind::kSmall));
  EXPECT_FALSE(account->take(1, AccountKind::kSmall));
  account->give(kMiB + MemoryAccount::kSlack);
}

TEST(MemoryAccount, LetsEverythingExceedTheLimitByItsGrace) {
  MemoryTotal total;
  total.set_limit(kMiB);
  const Opened account(total);
  account->set_limit(kMiB);
  EXPECT_TRUE(account->take(kMiB / 2, AccountKind::kLarge));
  EXPECT_FALSE(account->take(kMiB, AccountKind::kLarge));
  account->set_grace(2 * kMiB);
  EXPECT_TRUE(account->take(kMiB, AccountKind::kLarge));
  EXPECT_FALSE(account->take(5 * kMiB, AccountKind::kLarge));
  account->give(3 * kMiB / 2);
}

TEST(MemoryAccount, AccountsShareTheTotal) {
  MemoryTotal total;
  total.set_limit(20 * kMiB);
  const Opened one(total);
  const Opened two(total);
  EXPECT_TRUE(one->take(15 * kMiB, AccountKind::kLarge));
  EXPECT_FALSE(two->take(10 * kMiB, AccountKind::kLarge));
  EXPECT_EQ(two->used(), 0U);
  EXPECT_TRUE(two->take(3 * kMiB, AccountKind::kLarge));
  one->give(15 * kMiB);
  EXPECT_TRUE(two->take(10 * kMiB, AccountKind::kLarge));
  two->give(13 * kMiB);
}

// Memory that outlives the interpreter counts, too.
TEST(MemoryAccount, GivesTheTotalBackWhenItIsClosedAndEmpty) {
  MemoryTotal total;
  MemoryAccount* const account = MemoryAccount::open(total);
  EXPECT_TRUE(account->take(5 * kMiB, AccountKind::kLarge));
  EXPECT_GE(total.used(), 5 * kMiB);
  account->close();
  EXPECT_EQ(total.used(), 5 * kMiB);
  account->give(4 * kMiB);
  EXPECT_EQ(total.used(), kMiB);
  EXPECT_TRUE(account->take(4 * kMiB, AccountKind::kLarge));
  account->give(5 * kMiB);
  EXPECT_EQ(total.used(), 0U);
}

TEST(MemoryAccount, NothingOverflows) {
  MemoryTotal total;
  const Opened account(total);
  EXPECT_FALSE(account->take(std::size_t{1} << 62U, AccountKind::kLarge));
  EXPECT_EQ(account->used(), 0U);
  EXPECT_EQ(total.used(), 0U) << "what was refused is given back";
  account->set_limit(kUnlimited);
  account->set_grace(kUnlimited);
  EXPECT_TRUE(account->take(kMiB, AccountKind::kLarge));
  account->give(kMiB);
  EXPECT_EQ(account->limit(), std::nullopt);
}

// Lets the process have only so much more memory while it lives.
class AddressSpaceLimit {
 public:
  explicit AddressSpaceLimit(std::size_t more) {
    getrlimit(RLIMIT_AS, &before_);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlimit limit{.rlim_cur = pages * static_cast<std::size_t>(getpagesize()) + more,
                       .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_AS, &limit);
  }
  AddressSpaceLimit(const AddressSpaceLimit&) = delete;
  AddressSpaceLimit& operator=(const AddressSpaceLimit&) = delete;
  ~AddressSpaceLimit() { setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

TEST(MemoryAccount, LeavesTheProcessItsReserve) {
  MemoryTotal total;
  bool within_reserve = true;
  bool beyond_reserve = false;
  {
    const AddressSpaceLimit limit(MemoryTotal::kReserve / 2);
    within_reserve = total.take(kMiB);
  }
  {
    const AddressSpaceLimit limit(2 * MemoryTotal::kReserve);
    beyond_reserve = total.take(kMiB);
  }
  EXPECT_FALSE(within_reserve);
  EXPECT_TRUE(beyond_reserve);
  EXPECT_EQ(total.used(), kMiB);
}

TEST(MemoryAccount, ThreadsTakeAndGiveBack) {
  MemoryTotal total;
  MemoryAccount* const account = MemoryAccount::open(total);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([account] {
        for (std::uint64_t n = 0; n < scaled(100'000); ++n) {
          const std::size_t size = n % 16 == 0 ? 5 * kMiB : 100;
          EXPECT_TRUE(account->take(size, AccountKind::kLarge));
          account->give(size);
        }
      });
    }
  }
  EXPECT_EQ(account->used(), 0U);
  account->close();
  EXPECT_EQ(total.used(), 0U);
}

}  // namespace
}  // namespace hookline
