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

// Holds the one Session of the process, because the C interface has no handle for it, and counts
// the threads that use it.
//
// Thread safety: all methods from any thread, except that end() must be called on the thread that
// called begin().
class Library {
 public:
  // Is created at the first call and never destroyed: a thread may use it while the process exits.
  [[nodiscard]] static Library& instance();

  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() = default;

  // Keeps the session alive while the calling thread uses it. On the host thread, the constructor
  // first serves the calls of scripts that are waiting.
  class Visit {
   public:
    explicit Visit(Library& library);
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit();

    // Returns nullptr before w_Begin and after w_End.
    [[nodiscard]] Session* session() const noexcept { return session_; }

   private:
    Library& library_;
    Session* session_;
  };

  [[nodiscard]] Result<void> begin(const w_Tcallback* callbacks);
  [[nodiscard]] Result<void> end();

  // Limits the deadline to a year, so that adding it to a time does not overflow.
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
  // Destroys the sessions whose scripts have ended by now. REQUIRES: lifecycle_ is held.
  void forget_left_behind();

  std::mutex lifecycle_;  // held by begin() and end()
  // Sessions that ended with scripts still running; guarded by lifecycle_.
  std::vector<std::unique_ptr<Session>> left_behind_;
  std::mutex mutex_;  // guards the rest
  std::condition_variable no_visitors_;
  std::unique_ptr<Session> session_;
  std::size_t visitors_ = 0;
  std::size_t host_visits_ = 0;  // visits of the host thread, which nest
  std::atomic<std::chrono::milliseconds> deadline_{std::chrono::milliseconds(0)};
};

}  // namespace hookline::wrapper
