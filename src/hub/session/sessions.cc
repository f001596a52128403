#include "hub/session/sessions.h"

#include <cstddef>

#include "hub/config/settings.h"

namespace hookline::hub {
namespace {

// The number of connections allowed beyond max_users, for clients that are logging in and for
// operators.
constexpr std::size_t kSpareConnections = 256;

}  // namespace

Sessions::~Sessions() = default;

void Sessions::accept(uv_stream_t* listener) {
  auto session = std::make_shared<Session>(needs_);
  sessions_.emplace(session.get(), session);
  if (!session->start(listener)) {
    sessions_.erase(session.get());
  } else if (sessions_.size() > settings_.max_users() + kSpareConnections) {
    session->send("$HubIsFull|");
    session->disconnect(CloseReason::kUserLimit);
  }
}

void Sessions::drop_retired() {
  for (const auto* session : std::exchange(retired_, {})) {
    sessions_.erase(session);
  }
}

void Sessions::run_tasks() {
  for (const auto& task : std::exchange(tasks_, {})) {
    task();
  }
}

void Sessions::check_timeouts(TimePoint now) {
  for (const auto& [key, session] : sessions_) {
    session->check_timeouts(now);
  }
}

void Sessions::disconnect_all() {
  is_closing_ = true;
  for (const auto& [key, session] : sessions_) {
    session->disconnect_now(CloseReason::kHubLoad);
  }
}

}  // namespace hookline::hub
