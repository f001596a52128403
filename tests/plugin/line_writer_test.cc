#include "plugin/types/line_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace hookline::test {

using namespace detail;

namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

// A pipe or a pair of sockets; both ends are closed with it.
class Channel {
 public:
  explicit Channel(bool sockets) {
    EXPECT_EQ(sockets ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) : pipe(ends_.data()), 0);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() {
    close_writer();
    close(ends_[0]);
  }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) {
      close(std::exchange(ends_[1], -1));
    }
  }
  // Returns how many bytes can be read now.
  [[nodiscard]] int waiting() const {
    int bytes = 0;
    EXPECT_EQ(ioctl(ends_[0], FIONREAD, &bytes), 0);
    return bytes;
  }
  // Reads until all writers are closed.
  [[nodiscard]] std::string read_all() const {
    std::string text;
    std::array<char, 65536> buffer{};
    ssize_t size = 0;
    while ((size = read(ends_[0], buffer.data(), buffer.size())) > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  std::array<int, 2> ends_{};
};

class LineWriterTest : public ::testing::TestWithParam<bool> {
 protected:
  Channel channel{GetParam()};
  std::unique_ptr<LineWriter> writer = std::make_unique<LineWriter>(channel.writer());

  // Reads what is written from now on, and until the writer ends.
  std::string end_and_read() {
    channel.close_writer();
    std::string text;
    std::thread reader([&] { text = channel.read_all(); });
    writer->flush();
    writer.reset();
    reader.join();
    return text;
  }
};

INSTANTIATE_TEST_SUITE_P(PipeAndSocket, LineWriterTest, ::testing::Bool());

TEST_P(LineWriterTest, ALineIsThereWhenWriteReturns) {
  writer->write("one\n");
  writer->write("two\n");
  EXPECT_EQ(channel.waiting(), 8);
  EXPECT_EQ(end_and_read(), "one\ntwo\n");
}

// Whatever is opened next gets the number of a descriptor that was closed: a file, as Python opens
// them, or the connection of a library that does not care for children.
TEST_P(LineWriterTest, NobodyWhoClosesTheDescriptorSendsTheLinesElsewhere) {
  const int number = channel.writer();
  const int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(dup3(file, number, O_CLOEXEC), number);
  writer->write("one\n");
  close(file);
  const Channel sockets(true);
  EXPECT_EQ(dup2(sockets.writer(), number), number);
  writer->write("two\n");
  EXPECT_EQ(sockets.waiting(), 0);
  EXPECT_EQ(end_and_read(), "one\ntwo\n");
}

// A host that begins a new file for its log does this.
TEST_P(LineWriterTest, FollowsAHostThatRedirectsTheDescriptor) {
  writer->write("one\n");
  Channel fresh(false);
  EXPECT_EQ(dup2(fresh.writer(), channel.writer()), channel.writer());
  writer->write("two\n");
  EXPECT_EQ(fresh.waiting(), 4);
  channel.close_writer();
  fresh.close_writer();
  writer.reset();
  EXPECT_EQ(channel.read_all(), "one\n");
  EXPECT_EQ(fresh.read_all(), "two\n");
}

// This test would never end if write() waited for a reader.
TEST_P(LineWriterTest, DropsLinesThatNobodyReadsAndSaysHowMany) {
  const std::string line = std::string(999, 'x') + "\n";
  const std::size_t lines = 5 * LineWriter::kMostWaiting / line.size();
  for (std::size_t i = 0; i < lines; ++i) {
    writer->write(line);
  }
  const std::uint64_t dropped = writer->dropped();
  EXPECT_GT(dropped, lines / 2);
  EXPECT_LT(dropped, lines);
  const std::string text = end_and_read();
  const std::string note = "hookline: " + std::to_string(dropped) +
                           " line(s) of the log were dropped, because nobody read them\n";
  EXPECT_THAT(text, StartsWith(line + line));
  EXPECT_THAT(text, EndsWith("x\n" + note));
  EXPECT_EQ(text.size(), (lines - dropped) * line.size() + note.size()) << "lines are whole";
}

TEST_P(LineWriterTest, EndsThoughNobodyReads) {
  const std::string line = std::string(99'999, 'x') + "\n";
  for (int i = 0; i < 20; ++i) {
    writer->write(line);
  }
  writer.reset();
}

TEST_P(LineWriterTest, TheOthersDescriptorStillBlocks) {
  EXPECT_EQ(fcntl(channel.writer(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LineWriter, WithoutADescriptorLinesAreDiscarded) {
  LineWriter writer(-1);
  writer.write("nobody reads this\n");
  EXPECT_EQ(writer.dropped(), 0U);
}

}  // namespace
}  // namespace hookline::test
