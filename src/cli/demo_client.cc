#include "cli/demo_client.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "hub/nmdc/nmdc.h"

namespace hookline::cli {

namespace {

constexpr std::size_t kMaxCommand = std::size_t{1} << 20;

struct WriteRequest {
  uv_write_t request{};
  std::string bytes;
};

// Ignores the status, because a failed write is followed by a failed read.
void on_written(uv_write_t* request, int /*status*/) {
  const std::unique_ptr<WriteRequest> owned(static_cast<WriteRequest*>(request->data));
}

// Returns whether the first word of the command is `keyword`.
bool is_command(std::string_view command, std::string_view keyword) {
  return command.starts_with(keyword) &&
         (command.size() == keyword.size() || command[keyword.size()] == ' ');
}

}  // namespace

DemoClient::DemoClient(std::size_t index, const Traffic& traffic, std::uint32_t window,
                       Events& events)
    : index_(index),
      traffic_(traffic),
      half_window_(std::max(window / 2, 1U)),
      events_(events),
      nick_(Traffic::nick(index)),
      fence_("$UserIP " + nick_ + "$$|"),
      commands_(kMaxCommand) {}

void DemoClient::connect(uv_loop_t* loop, std::uint16_t port) {
  int status = tcp_.open([loop](uv_tcp_t* tcp) { return uv_tcp_init(loop, tcp); }, this);
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", port, &address);
  if (status == 0) {
    // on_connected() deletes the request, unless connecting fails immediately.
    auto* request = std::make_unique<uv_connect_t>().release();
    status = uv_tcp_connect(request, tcp_.get(), reinterpret_cast<const sockaddr*>(&address),
                            on_connected);
    if (status != 0) {
      const std::unique_ptr<uv_connect_t> unused(request);
    }
  }
  if (status != 0) {
    fail(std::string("could not connect: ") + uv_strerror(status));
  }
}

void DemoClient::on_connected(uv_connect_t* request, int status) {
  const std::unique_ptr<uv_connect_t> owned(request);
  auto* self = static_cast<DemoClient*>(request->handle->data);
  if (self == nullptr) {
    return;
  }
  if (status == 0) {
    self->state_ = State::kLock;
    uv_tcp_nodelay(self->tcp_.get(), 1);
    status = uv_read_start(request->handle, on_allocate, on_read);
  }
  if (status != 0) {
    self->fail(std::string("could not connect: ") + uv_strerror(status));
  }
}

void DemoClient::on_allocate(uv_handle_t* /*handle*/, std::size_t /*suggested*/, uv_buf_t* buffer) {
  // All clients of a loop share one buffer: on_read() has used it before libuv asks again.
  static thread_local std::array<char, 65'536> bytes;
  *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
}

void DemoClient::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* self = static_cast<DemoClient*>(stream->data);
  if (self == nullptr || count == 0) {
    return;
  }
  if (count < 0) {
    self->fail(self->last_words_.empty()
                   ? std::string("the hub hung up")
                   : "the hub hung up; the last thing it said was: " + self->last_words_);
    return;
  }
  self->commands_.append({buffer->base, static_cast<std::size_t>(count)});
  while (self->tcp_) {
    const auto command = self->commands_.next();
    if (!command) {
      break;
    }
    self->handle(*command);
  }
}

void DemoClient::handle(std::string_view command) {
  if (command.starts_with('<')) {
    handle_chat(command);
  } else if (state_ < State::kLoggedIn) {
    handle_login(command);
  } else if (is_command(command, "$UserIP")) {
    on_fence();
  } else if (command.starts_with("$To: ")) {
    last_words_ = command;
  }
}

void DemoClient::handle_chat(std::string_view command) {
  const auto chat = hub::nmdc::parse_chat(command);
  if (chat && chat->text.starts_with('#')) {
    events_.on_chat(*this, chat->text);
  } else {
    last_words_ = command;
  }
}

void DemoClient::handle_login(std::string_view command) {
  if (is_command(command, "$Lock")) {
    answer_lock(command.substr(std::min(command.size(), std::size_t{6})));
  } else if (is_command(command, "$ValidateDenide")) {
    fail("the hub does not accept the nick " + nick_);
  } else if (is_command(command, "$GetPass")) {
    fail("the hub wants a password for the nick " + nick_);
  } else if (state_ == State::kHello && command == "$Hello " + nick_) {
    introduce();
  } else if (state_ == State::kNickList && is_command(command, "$NickList")) {
    state_ = State::kLoggedIn;
    events_.on_logged_in();
  }
}

void DemoClient::answer_lock(std::string_view lock) {
  lock = lock.substr(0, lock.find(" Pk="));
  state_ = State::kHello;
  // The client does not announce UserIP2, so that the hub sends $UserIP only in answer to a fence.
  write("$Supports NoGetINFO NoHello|$Key " + hub::nmdc::lock_to_key(lock) + "|$ValidateNick " +
        nick_ + "|");
}

void DemoClient::introduce() {
  state_ = State::kNickList;
  write("$Version 1,0091|$MyINFO $ALL " + nick_ +
        " <hookline V:0.1,M:A,H:1/0/0,S:1>$ $100\x01$$0$|$GetNickList|");
}

void DemoClient::begin() {
  state_ = State::kSending;
  if (traffic_.lines_of(index_) == 0) {
    state_ = State::kSent;
    events_.on_decided(0, true);
    return;
  }
  fill_window();
  fill_window();
}

void DemoClient::fill_window() {
  const std::uint32_t end = std::min(traffic_.lines_of(index_), sent_ + half_window_);
  if (sent_ == end) {
    return;
  }
  std::string bytes;
  events_.on_sent(end - sent_);
  for (; sent_ < end; ++sent_) {
    bytes += '<';
    bytes += nick_;
    bytes += "> ";
    Traffic::append_text(index_, sent_, bytes);
    bytes += '|';
  }
  bytes += fence_;
  write(std::move(bytes));
}

void DemoClient::drain() {
  state_ = State::kDraining;
  write(fence_);
}

void DemoClient::on_fence() {
  if (state_ == State::kDraining) {
    state_ = State::kDrained;
    events_.on_drained();
  } else if (state_ == State::kSending) {
    const std::uint32_t total = traffic_.lines_of(index_);
    const std::uint32_t lines = std::min(half_window_, total - decided_);
    decided_ += lines;
    fill_window();
    if (decided_ == total) {
      state_ = State::kSent;
    }
    events_.on_decided(lines, decided_ == total);
  }
}

void DemoClient::write(std::string bytes) {
  if (!tcp_) {
    return;  // the fleet has closed the client
  }
  auto* write = std::make_unique<WriteRequest>().release();
  write->bytes = std::move(bytes);
  write->request.data = write;
  const uv_buf_t buffer =
      uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
  const int status =
      uv_write(&write->request, reinterpret_cast<uv_stream_t*>(tcp_.get()), &buffer, 1, on_written);
  if (status != 0) {
    on_written(&write->request, status);
    fail(std::string("could not write: ") + uv_strerror(status));
  }
}

void DemoClient::fail(const std::string& reason) {
  close();
  events_.on_failed(*this, reason);
}

std::string DemoClient::waiting_for() const {
  switch (state_) {
    case State::kConnecting:
      return "the connection";
    case State::kLock:
      return "the hub's $Lock";
    case State::kHello:
      return "the hub's $Hello";
    case State::kNickList:
      return "the hub's $NickList";
    case State::kSending:
      return "the decision on its lines " + std::to_string(decided_) + " to " +
             std::to_string(sent_ - 1);
    case State::kDraining:
      return "the end of what the others wrote";
    case State::kLoggedIn:
    case State::kSent:
    case State::kDrained:
      break;
  }
  return {};
}

}  // namespace hookline::cli
