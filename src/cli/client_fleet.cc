#include "cli/client_fleet.h"

#include <utility>

namespace hookline::cli {

namespace {

// Only one thread writes a counter, so a load and a store are enough, and cheaper than an addition.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t count) {
  counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
}

}  // namespace

ClientFleet::ClientFleet(const Traffic& traffic, std::uint16_t port, std::uint32_t window)
    : traffic_(traffic), checker_(traffic) {
  uv_loop_init(&loop_);
  wake_.open(
      [this](uv_async_t* async) {
        return uv_async_init(&loop_, async, [](uv_async_t* handle) {
          if (handle->data != nullptr) {
            static_cast<ClientFleet*>(handle->data)->on_wake();
          }
        });
      },
      this);
  DemoClient::Events& events = *this;
  for (std::size_t i = 0; i < traffic.clients(); ++i) {
    clients_.emplace_back(i, traffic, window, events);
  }
  thread_ = std::thread([this, port] {
    for (DemoClient& client : clients_) {
      client.connect(&loop_, port);
    }
    run_loop();
  });
}

ClientFleet::~ClientFleet() {
  stop();
  uv_loop_close(&loop_);
}

void ClientFleet::run_loop() { uv_run(&loop_, UV_RUN_DEFAULT); }

ClientFleet::Phase ClientFleet::wait_for(Phase phase, std::chrono::nanoseconds timeout) {
  std::unique_lock lock(mutex_);
  // wait_for() would use a clock that GCC's TSan does not support.
  phase_changed_.wait_until(lock, std::chrono::system_clock::now() + timeout,
                            [this, phase] { return phase_ >= phase; });
  return phase_;
}

void ClientFleet::wake(bool& flag) {
  // Sends under the lock: as soon as the loop's thread can see the flag it may close the handle.
  const std::lock_guard lock(mutex_);
  flag = true;
  uv_async_send(wake_.get());
}

void ClientFleet::begin() { wake(begin_asked_); }

void ClientFleet::stop() {
  if (thread_.joinable()) {
    wake(stop_asked_);
    thread_.join();
  }
}

void ClientFleet::on_wake() {
  bool begin_now = false;
  bool stop_now = false;
  {
    const std::lock_guard lock(mutex_);
    begin_now = std::exchange(begin_asked_, false);
    stop_now = stop_asked_;
  }
  if (stop_now) {
    close_clients();
    wake_.close();
  } else if (begin_now) {
    started_at_ = std::chrono::steady_clock::now();
    set_phase(Phase::kSending);
    for (DemoClient& client : clients_) {
      client.begin();
    }
  }
}

void ClientFleet::close_clients() {
  for (DemoClient& client : clients_) {
    client.close();
  }
}

void ClientFleet::set_phase(Phase phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  phase_changed_.notify_all();
}

void ClientFleet::on_logged_in() {
  add(logged_in_, 1);
  if (logged_in_.load(std::memory_order_relaxed) == clients_.size()) {
    set_phase(Phase::kReady);
  }
}

void ClientFleet::on_sent(std::uint32_t lines) { add(sent_, lines); }

void ClientFleet::on_chat(const DemoClient& client, std::string_view text) {
  const auto tag = traffic_.read_tag(text);
  if (!tag) {
    ++unknown_lines_;
    return;
  }
  const bool altered = tag->rest != Traffic::line(tag->client, tag->sequence).phrase;
  checker_.received(client.index(), tag->client, tag->sequence, altered);
  add(received_, 1);
}

void ClientFleet::on_decided(std::uint32_t lines, bool all) {
  add(decided_, lines);
  if (!all || ++all_decided_ < clients_.size()) {
    return;
  }
  set_phase(Phase::kDraining);
  for (DemoClient& client : clients_) {
    client.drain();
  }
}

void ClientFleet::on_drained() {
  if (++drained_ == clients_.size()) {
    finished_at_ = std::chrono::steady_clock::now();
    set_phase(Phase::kDone);
  }
}

void ClientFleet::on_failed(const DemoClient& client, const std::string& reason) {
  if (!failure_.empty()) {
    return;
  }
  failure_ = "client " + std::to_string(client.index()) + ": " + reason;
  close_clients();
  set_phase(Phase::kFailed);
}

ClientFleet::Progress ClientFleet::progress() const {
  return {.logged_in = logged_in_.load(std::memory_order_relaxed),
          .sent = sent_.load(std::memory_order_relaxed),
          .decided = decided_.load(std::memory_order_relaxed),
          .received = received_.load(std::memory_order_relaxed)};
}

std::string ClientFleet::waiting_for() const {
  constexpr std::size_t kMost = 3;
  std::string text;
  std::size_t count = 0;
  for (const DemoClient& client : clients_) {
    const std::string what = client.waiting_for();
    if (!what.empty() && count++ < kMost) {
      text += (text.empty() ? "" : ", ") + Traffic::nick(client.index()) + " waits for " + what;
    }
  }
  if (count > kMost) {
    text += ", and " + std::to_string(count - kMost) + " more clients wait";
  }
  return text;
}

}  // namespace hookline::cli
