#include "cli/control_connection.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace hookline::cli {

namespace {

class Socket {
 public:
  Socket() : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }

  [[nodiscard]] bool connect_to(const std::filesystem::path& path) const {
    if (fd_ < 0) {
      return false;
    }
    sockaddr_un address{};
    if (path.native().size() >= sizeof address.sun_path) {
      errno = ENAMETOOLONG;
      return false;
    }
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    return connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  [[nodiscard]] bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EINTR) {
        return false;
      }
      bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
    return true;
  }

  // Without its newline. False: the connection ended before there was one.
  [[nodiscard]] bool read_line(std::string& line) const {
    std::array<char, 4'096> space{};
    while (true) {
      const ssize_t count = read(fd_, space.data(), space.size());
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count <= 0) {
        return false;
      }
      line.append(space.data(), static_cast<std::size_t>(count));
      if (line.ends_with('\n')) {
        line.pop_back();
        return true;
      }
    }
  }

 private:
  int fd_;
};

std::string why_not(const std::filesystem::path& path) {
  const int error = errno;
  if (error == ENOENT || error == ECONNREFUSED) {
    return "no hub listens at " + path.string() +
           "; start one with 'hookline hub', or name its socket with --socket";
  }
  if (error == EACCES) {
    return path.string() + " belongs to another user: run this as the user of the hub";
  }
  return path.string() + " cannot be connected to (" + std::system_category().message(error) +
         "); name the hub's socket with --socket";
}

}  // namespace

Result<std::string> ask_hub(const std::filesystem::path& socket, std::string_view line) {
  const Socket connection;
  if (!connection.connect_to(socket)) {
    return fail(ErrorCode::kBadArguments, why_not(socket));
  }
  std::string answer;
  if (!connection.write(std::string(line) + '\n') || !connection.read_line(answer)) {
    return fail(ErrorCode::kBadArguments,
                "the hub ended before it answered; see its log for what has become of the command");
  }
  return answer;
}

}  // namespace hookline::cli
