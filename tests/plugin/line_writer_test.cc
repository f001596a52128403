#include "plugin/types/line_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/plugin/test_scripts.h"

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
  constexpr std::size_t kLines = 20;
  for (std::size_t i = 0; i < kLines; ++i) {
    writer->write(line);
  }
  const std::uint64_t dropped = writer->dropped();
  EXPECT_GT(dropped, 0U);
  writer.reset();
  const auto written = static_cast<std::size_t>(channel.waiting());
  EXPECT_GT(written, 0U);
  EXPECT_LT(written, (kLines - dropped) * line.size()) << "it did not wait for a reader";
}

TEST_P(LineWriterTest, TheOthersDescriptorStillBlocks) {
  EXPECT_EQ(fcntl(channel.writer(), F_GETFL) & O_NONBLOCK, 0);
}

// A log that is a regular file.
class LineWriterToFile : public ::testing::Test {
 protected:
  LineWriterToFile() { use("log"); }
  ~LineWriterToFile() override { close(descriptor); }

  // Makes another file the one behind the descriptor.
  void use(std::string_view name) {
    const std::filesystem::path path = folder.path() / name;
    const int opened = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) {
      descriptor = dup(opened);
    } else {
      EXPECT_EQ(dup2(opened, descriptor), descriptor);
    }
    close(opened);
  }
  [[nodiscard]] std::string text(std::string_view name = "log") const {
    std::ifstream file(folder.path() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TempFolder folder;
  int descriptor = -1;
};

// Returns the bytes that the calling thread has written, or nullopt if the kernel does not count
// them.
std::optional<std::uint64_t> bytes_written_here() {
  std::ifstream io("/proc/thread-self/io");
  std::string name;
  std::uint64_t count = 0;
  while (io >> name >> count) {
    if (name == "wchar:") {
      return count;
    }
  }
  return std::nullopt;
}

TEST_F(LineWriterToFile, TheThreadThatLogsDoesNotWrite) {
  LineWriter writer(descriptor);
  const auto before = bytes_written_here();
  if (!before) {
    GTEST_SKIP() << "the kernel does not count what threads write";
  }
  for (int i = 0; i < 100; ++i) {
    writer.write("a line\n");
  }
  writer.flush();
  EXPECT_LT(*bytes_written_here() - *before, 700U) << "a sanitizer writes a few bytes";
  EXPECT_EQ(text().size(), 700U);
}

TEST_F(LineWriterToFile, LinesOfAThreadKeepTheirOrderAndAreWhole) {
  constexpr int kThreads = 4;
  constexpr int kLines = 3'000;
  {
    LineWriter writer(descriptor);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&writer, thread] {
        for (int i = 0; i < kLines; ++i) {
          writer.write(std::to_string(thread) + " " + std::to_string(i) + "\n");
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    EXPECT_EQ(writer.dropped(), 0U);
  }  // it has written all when it ends
  std::istringstream lines(text());
  std::array<int, kThreads> next{};
  std::size_t thread = 0;
  for (int number = 0; lines >> thread >> number;) {
    ASSERT_LT(thread, next.size());
    ASSERT_EQ(number, next.at(thread)++);
  }
  EXPECT_THAT(next, ::testing::Each(kLines));
}

TEST_F(LineWriterToFile, FollowsAHostThatBeginsANewFile) {
  LineWriter writer(descriptor);
  writer.write("one\n");
  writer.flush();
  use("fresh");
  writer.write("two\n");
  writer.flush();
  EXPECT_EQ(text(), "one\n");
  EXPECT_EQ(text("fresh"), "two\n");
}

TEST_F(LineWriterToFile, FollowsFromAFileToAPipe) {
  Channel channel(false);
  LineWriter writer(descriptor);
  writer.write("one\n");
  writer.flush();
  EXPECT_EQ(dup2(channel.writer(), descriptor), descriptor);
  writer.write("two\n");
  EXPECT_EQ(channel.waiting(), 4);
  EXPECT_EQ(text(), "one\n");
}

// The stderr of a death test is a file.
TEST(LineWriterDeathTest, ExitWritesWhatWaits) {
  EXPECT_EXIT(
      {
        static LineWriter writer(STDERR_FILENO);
        for (int i = 0; i < 1'000; ++i) {
          writer.write("line " + std::to_string(i) + "\n");
        }
        std::exit(0);  // NOLINT(concurrency-mt-unsafe)
      },
      ::testing::ExitedWithCode(0), "line 0\n(line [0-9]+\n)*line 999\n");
}

TEST(LineWriter, WithoutADescriptorLinesAreDiscarded) {
  LineWriter writer(-1);
  writer.write("nobody reads this\n");
  EXPECT_EQ(writer.dropped(), 0U);
}

}  // namespace
}  // namespace hookline::test
