#include "interp/open_files.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace hookline {

using namespace detail;

namespace {

bool is_listed(int descriptor) {
  return std::ranges::count(open_files(), descriptor, &OpenFile::descriptor) == 1;
}

TEST(OpenFiles, AreFilesAndPipesButNotTheThousandSocketsOfAServer) {
  std::array<int, 2> ends{};
  std::array<int, 2> sockets{};
  ASSERT_EQ(pipe(ends.data()), 0);
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()), 0);
  const int event = eventfd(0, 0);
  EXPECT_TRUE(is_listed(ends[0]));
  EXPECT_TRUE(is_listed(ends[1]));
  EXPECT_FALSE(is_listed(sockets[0]));
  EXPECT_FALSE(is_listed(event));
  for (const int descriptor : {ends[0], ends[1], sockets[0], sockets[1], event}) {
    close(descriptor);
  }
  EXPECT_FALSE(is_listed(ends[0]));
}

}  // namespace
}  // namespace hookline
