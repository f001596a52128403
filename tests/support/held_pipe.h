#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <utility>

namespace hookline {

// Makes a named pipe from which nothing comes until it is closed. A reader stays in the middle of a
// system call.
class HeldPipe {
 public:
  explicit HeldPipe(std::filesystem::path path) : path_(std::move(path)) {
    EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0);
  }
  HeldPipe(const HeldPipe&) = delete;
  HeldPipe& operator=(const HeldPipe&) = delete;
  ~HeldPipe() {
    close();
    let_go();
  }

  // Waits until a reader has opened the pipe.
  void wait_for_reader() {
    while ((writer_ = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
      std::this_thread::yield();
    }
  }
  // Returns a statement of Python that waits in C for let_go(), and keeps the GIL meanwhile. The
  // script has to import ctypes.
  [[nodiscard]] std::string keep_gil() const {
    return "ctypes.PyDLL(None).open(b'" + path_.string() + "', 0)";
  }
  // Lets those go on that wait in keep_gil(): their opening ends with the first writer. That of a
  // thread which comes later fails. So this ends the use of the pipe.
  void let_go() const {
    const int writer = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    ::unlink(path_.c_str());
    ::close(writer);
  }
  // Lets the reader find the end of the file.
  void close() {
    if (writer_ >= 0) {
      ::close(std::exchange(writer_, -1));
    }
  }

 private:
  std::filesystem::path path_;
  int writer_ = -1;
};

}  // namespace hookline
