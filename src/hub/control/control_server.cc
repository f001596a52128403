#include "hub/control/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace hookline::hub {
namespace {

constexpr std::size_t kReadBytes = 4'096;
constexpr std::size_t kLongestRequest = 65'536;

// Is a line that libuv is writing.
struct Writing {
  uv_write_t request{};
  std::string line;
};

void write_line(uv_stream_t* stream, std::string line) {
  Writing* const writing = std::make_unique<Writing>().release();  // the callback deletes it
  writing->line = std::move(line) + '\n';
  writing->request.data = writing;
  const uv_buf_t bytes =
      uv_buf_init(writing->line.data(), static_cast<unsigned>(writing->line.size()));
  const auto on_written = [](uv_write_t* request, int /*status*/) {
    const std::unique_ptr<Writing> owned(static_cast<Writing*>(request->data));
  };
  if (const int status = uv_write(&writing->request, stream, &bytes, 1, on_written); status != 0) {
    on_written(&writing->request, status);
  }
}

constexpr int kBacklog = 16;

// Returns whether no hub listens on this socket any more.
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
                                 ControlCommands& commands) {
  commands_ = &commands;
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
  auto client = std::make_shared<ControlClient>(*this, *commands_);
  if (client->start(reinterpret_cast<uv_stream_t*>(pipe_.get()))) {
    clients_.emplace(client.get(), client);
  }
}

void ControlServer::forget(const ControlClient& client) { clients_.erase(&client); }

void ControlServer::close() noexcept {
  clients_.clear();
  pipe_.close();
}

bool ControlClient::start(uv_stream_t* listener) {
  space_.resize(kReadBytes);
  const auto init = [listener](uv_pipe_t* pipe) { return uv_pipe_init(listener->loop, pipe, 0); };
  if (pipe_.open(init, this) != 0 || uv_accept(listener, stream()) != 0) {
    return false;
  }
  return uv_read_start(
             stream(),
             [](uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* to) {
               auto& space = static_cast<ControlClient*>(handle->data)->space_;
               *to = uv_buf_init(space.data(), static_cast<unsigned>(space.size()));
             },
             [](uv_stream_t* stream, ssize_t count, const uv_buf_t* /*bytes*/) {
               if (stream->data != nullptr) {
                 static_cast<ControlClient*>(stream->data)->on_bytes(count);
               }
             }) == 0;
}

void ControlClient::on_bytes(ssize_t count) {
  const auto self = shared_from_this();  // because end() removes it from the server
  if (count < 0) {
    end();
    return;
  }
  input_.append(space_, 0, static_cast<std::size_t>(count));
  if (input_.size() > kLongestRequest) {
    end();
    return;
  }
  process();
}

void ControlClient::process() {
  is_processing_ = true;
  while (pipe_ && !is_busy_) {
    const auto newline = input_.find('\n');
    if (newline == std::string::npos) {
      break;
    }
    const std::string request = input_.substr(0, newline);
    input_.erase(0, newline + 1);
    is_busy_ = true;
    commands_.run(request, [weak = weak_from_this()](std::string line) {
      if (const auto client = weak.lock()) {
        client->reply(std::move(line));
      }
    });
  }
  is_processing_ = false;
}

void ControlClient::reply(std::string line) {
  if (!pipe_) {
    return;
  }
  write_line(stream(), std::move(line));
  is_busy_ = false;
  if (!is_processing_) {
    process();
  }
}

void ControlClient::end() {
  pipe_.close();
  server_.forget(*this);
}

}  // namespace hookline::hub
