#include "hub/control/control_client.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "hub/control/control_commands.h"
#include "hub/control/control_server.h"

namespace hookline::hub {
namespace {

constexpr std::size_t kReadBytes = 4'096;
constexpr std::size_t kLongestRequest = 65'536;

// A line on its way.
struct Writing {
  uv_write_t request{};
  std::string line;
};

void write_line(uv_stream_t* stream, std::string line) {
  Writing* const writing = std::make_unique<Writing>().release();  // the callback's from here on
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

}  // namespace

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
  const auto self = shared_from_this();  // which ending takes away from the server
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
    run_control_command(core_, request, [weak = weak_from_this()](std::string line) {
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
