#include "plugin/types/snapshot_cell.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace hookline {

using namespace detail;

namespace {

struct Tracked {
  int number = 0;
  std::shared_ptr<std::atomic<int>> alive;
  Tracked() = default;
  Tracked(int n, std::shared_ptr<std::atomic<int>> count) : number(n), alive(std::move(count)) {
    ++*alive;
  }
  Tracked(const Tracked&) = delete;
  Tracked& operator=(const Tracked&) = delete;
  ~Tracked() {
    if (alive) {
      --*alive;
    }
  }
};

TEST(SnapshotCell, HasADefaultBeforeTheFirst) {
  const SnapshotCell<Tracked> published;
  EXPECT_EQ(published.read()->number, 0);
}

TEST(SnapshotCell, ReadersSeeTheNewestVersion) {
  const auto alive = std::make_shared<std::atomic<int>>(0);
  SnapshotCell<Tracked> published;
  published.publish(std::make_shared<const Tracked>(1, alive));
  EXPECT_EQ(published.read()->number, 1);
  published.publish(std::make_shared<const Tracked>(2, alive));
  EXPECT_EQ(published.read()->number, 2);
  EXPECT_EQ(alive->load(), 1) << "an old version outlived its last reader";
}

TEST(SnapshotCell, AVersionStaysWhileItIsRead) {
  const auto alive = std::make_shared<std::atomic<int>>(0);
  SnapshotCell<Tracked> published;
  published.publish(std::make_shared<const Tracked>(1, alive));
  {
    const auto outer = published.read();
    published.publish(std::make_shared<const Tracked>(2, alive));
    const auto inner = published.read();
    EXPECT_EQ(outer->number, 1);
    EXPECT_EQ(inner->number, 1) << "a read inside a read must not replace what the outer one uses";
  }
  EXPECT_EQ(published.read()->number, 2);
}

TEST(SnapshotCell, ManyReadersAndAWriter) {
  const auto alive = std::make_shared<std::atomic<int>>(0);
  constexpr int kVersions = 2'000;
  {
    SnapshotCell<Tracked> published;
    std::atomic<bool> done{false};
    std::vector<std::jthread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        int last = 0;
        while (!done.load()) {
          const auto reader = published.read();
          EXPECT_GE(reader->number, last);
          last = reader->number;
        }
      });
    }
    for (int version = 1; version <= kVersions; ++version) {
      published.publish(std::make_shared<const Tracked>(version, alive));
    }
    done.store(true);
    readers.clear();
    EXPECT_EQ(published.read()->number, kVersions);
  }
  EXPECT_EQ(alive->load(), 0);
}

}  // namespace
}  // namespace hookline
