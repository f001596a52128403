#include "hub/control/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "hub/control/control_client.h"

namespace hookline::hub {
namespace {

constexpr int kBacklog = 16;

// Whether nobody listens on this socket any more.
bool is_left_behind(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_socket(path, ignored)) {
    return false;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return false;
  }
  const bool refused =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno == ECONNREFUSED;
  ::close(fd);
  return refused;
}

Result<void> cannot_open(const std::filesystem::path& path, int status) {
  std::error_code ignored;
  std::string why = uv_strerror(status);
  if (status == UV_EADDRINUSE) {
    why = std::filesystem::is_socket(path, ignored)
              ? "another hub serves there; name another one with [control] socket"
              : "that file is no socket; name another one with [control] socket";
  } else if (status == UV_ENAMETOOLONG) {
    why = "the path is too long; name a shorter one with [control] socket";
  }
  return fail(ErrorCode::kBadArguments,
              "the control socket " + path.string() + " cannot be opened: " + why);
}

}  // namespace

ControlServer::~ControlServer() { close(); }

int ControlServer::bind(const std::filesystem::path& path) {
  if (path.native().size() >= sizeof(sockaddr_un::sun_path)) {
    return UV_ENAMETOOLONG;
  }
  int status = uv_pipe_bind(pipe_.get(), path.c_str());
  if (status == UV_EADDRINUSE && is_left_behind(path)) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    status = uv_pipe_bind(pipe_.get(), path.c_str());
  }
  // Nobody can connect before uv_listen().
  if (status == 0 && chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
    status = uv_translate_sys_error(errno);
  }
  return status;
}

Result<void> ControlServer::open(uv_loop_t* loop, const std::filesystem::path& path,
                                 HubCore& core) {
  core_ = &core;
  int status = pipe_.open([loop](uv_pipe_t* pipe) { return uv_pipe_init(loop, pipe, 0); }, this);
  if (status == 0) {
    status = bind(path);
  }
  if (status == 0) {
    status = uv_listen(reinterpret_cast<uv_stream_t*>(pipe_.get()), kBacklog,
                       [](uv_stream_t* listener, int failed) {
                         if (failed == 0 && listener->data != nullptr) {
                           static_cast<ControlServer*>(listener->data)->accept();
                         }
                       });
  }
  if (status != 0) {
    pipe_.close();
    return cannot_open(path, status);
  }
  return {};
}

void ControlServer::accept() {
  auto client = std::make_shared<ControlClient>(*this, *core_);
  if (client->start(reinterpret_cast<uv_stream_t*>(pipe_.get()))) {
    clients_.emplace(client.get(), client);
  }
}

void ControlServer::forget(const ControlClient& client) { clients_.erase(&client); }

void ControlServer::close() noexcept {
  clients_.clear();
  pipe_.close();
}

}  // namespace hookline::hub
