#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "wrapper/session.h"

namespace hookline::wrapper {

// The one Session of the process, as the C interface has no handle for it, and who is using it.
//
// Thread safety: all methods from any thread, but that end() must be called on the one that called
// begin().
class Library {
 public:
  // Made at the first call, and never destroyed: a thread may be in here while the process exits.
  [[nodiscard]] static Library& instance();

  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() = default;

  // The session in use by the calling thread, for as long as this lives. On the host thread it
  // serves the calls of scripts first.
  class Visit {
   public:
    explicit Visit(Library& library);
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit();

    // nullptr: w_Begin has not been called, or w_End has.
    [[nodiscard]] Session* session() const noexcept { return session_; }

   private:
    Library& library_;
    Session* session_;
  };

  [[nodiscard]] Result<void> begin(const w_Tcallback* callbacks);
  [[nodiscard]] Result<void> end();

  // A year and more is for ever, as far as a call is concerned; it must not overflow.
  void set_deadline(std::chrono::milliseconds deadline) {
    deadline_ = std::min<std::chrono::milliseconds>(deadline, std::chrono::years(1));
  }
  [[nodiscard]] std::optional<Duration> deadline() const {
    const std::chrono::milliseconds deadline = deadline_;
    return deadline.count() > 0 ? std::optional<Duration>(deadline) : std::nullopt;
  }

 private:
  [[nodiscard]] Session* enter();
  void leave(const Session& session);
  [[nodiscard]] Result<std::unique_ptr<Session>> take();
  // Destroys the sessions whose scripts have ended after all. REQUIRES: changing_.
  void forget_left_behind();

  std::mutex changing_;  // held by begin() and end()
  // Ended, but for scripts that did not; under changing_.
  std::vector<std::unique_ptr<Session>> left_behind_;
  std::mutex mutex_;  // guards the rest
  std::condition_variable left_;
  std::unique_ptr<Session> session_;
  std::size_t visitors_ = 0;
  std::size_t host_visits_ = 0;  // those of the host thread, which nest
  std::atomic<std::chrono::milliseconds> deadline_{std::chrono::milliseconds(0)};
};

}  // namespace hookline::wrapper
