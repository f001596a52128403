#include "wrapper/library.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <utility>

namespace hookline::wrapper {

Library& Library::instance() {
  static Library& library = *std::make_unique<Library>().release();
  return library;
}

Library::Visit::Visit(Library& library) : library_(library), session_(library.enter()) {
  if (session_ != nullptr && session_->on_host_thread()) {
    session_->serve();
  }
}

Library::Visit::~Visit() {
  if (session_ != nullptr) {
    library_.leave(*session_);
  }
}

Session* Library::enter() {
  const std::scoped_lock lock(mutex_);
  if (session_ != nullptr) {
    ++visitors_;
    host_visits_ += session_->on_host_thread() ? 1U : 0U;
  }
  return session_.get();
}

void Library::leave(const Session& session) {
  const std::scoped_lock lock(mutex_);
  host_visits_ -= session.on_host_thread() ? 1U : 0U;
  if (--visitors_ == 0) {
    no_visitors_.notify_all();
  }
}

Result<void> Library::begin(const w_Tcallback* callbacks) {
  if (callbacks == nullptr) {
    return fail(ErrorCode::kBadArguments, "w_Begin needs a table of callbacks");
  }
  const std::scoped_lock lifecycle(lifecycle_);
  {
    const std::scoped_lock lock(mutex_);
    if (session_ != nullptr) {
      return fail(ErrorCode::kBadArguments, "it has begun already: call w_End first");
    }
  }
  forget_left_behind();
  auto session = Session::start(callbacks);
  if (!session) {
    return std::unexpected(std::move(session.error()));
  }
  const std::scoped_lock lock(mutex_);
  session_ = *std::move(session);
  return {};
}

Result<std::unique_ptr<Session>> Library::take() {
  const std::scoped_lock lock(mutex_);
  if (session_ == nullptr) {
    return fail(ErrorCode::kBadArguments, "there is nothing to end: w_Begin has not been called");
  }
  if (!session_->on_host_thread()) {
    return fail(ErrorCode::kBadArguments, "w_End must be called on the thread that called w_Begin");
  }
  if (host_visits_ != 0) {
    return fail(ErrorCode::kWouldDeadlock,
                "w_End must not be called inside a callback: call it when that has returned");
  }
  return std::move(session_);
}

Result<void> Library::end() {
  const std::scoped_lock lifecycle(lifecycle_);
  auto session = take();
  if (!session) {
    return std::unexpected(std::move(session.error()));
  }
  // Completes everything that other threads wait for inside of the session, so that they leave it.
  const auto left = (*session)->end();
  std::unique_lock lock(mutex_);
  no_visitors_.wait(lock, [this] { return visitors_ == 0; });
  lock.unlock();
  if (!left.empty()) {
    spdlog::warn(
        "w_End: not ended within load_deadline, and left behind with its thread, so that Python "
        "stays: {}",
        fmt::join(left, ", "));
    left_behind_.push_back(*std::move(session));
  }
  spdlog::default_logger()->flush();  // its lines may wait for a file
  return {};
}

void Library::forget_left_behind() {
  std::erase_if(left_behind_, [](const std::unique_ptr<Session>& session) {
    return session->on_host_thread() && session->has_ended();
  });
}

}  // namespace hookline::wrapper
