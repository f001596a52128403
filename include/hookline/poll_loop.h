#pragma once

#include <cstdint>
#include <memory>

#include "hookline/clock.h"
#include "hookline/loop.h"

namespace [[gnu::visibility("default")]] hookline {

// Lets a host whose loop can watch a descriptor serve scripts: one with poll(), epoll or select(),
// or with GLib, Qt, libevent and the like.
//
//   hookline::PollLoop loop;
//   scripts->attach_loop(loop);
//   pollfd watched{.fd = loop.fd(), .events = POLLIN, .revents = 0};
//   while (serving) {
//     poll(&watched, 1, -1);
//     loop.run_ready();
//   }
//   scripts->shutdown();
//
// Thread safety: fd() from any thread, all other methods on the loop's thread. The methods of
// EventLoop are for the library.
//
// Ownership: it owns its descriptors. Stop watching fd() before it is destroyed. It must not be
// destroyed inside of run_ready().
class PollLoop final : public EventLoop {
 public:
  // Says whether the host calls end_turn().
  enum class Turns : std::uint8_t { kUnreported, kReported };

  // Throws std::system_error if the process may not have any more descriptors.
  explicit PollLoop(Turns turns = Turns::kUnreported);
  PollLoop(const PollLoop&) = delete;
  PollLoop& operator=(const PollLoop&) = delete;
  ~PollLoop() override;

  // Returns a descriptor that is readable as long as run_ready() has something to do. Watch it
  // level-triggered, which is what all of these do by default, and do not read from it.
  [[nodiscard]] int fd() const noexcept;
  // Does what there is to do, without waiting: runs the scripts' calls into the host, and delivers
  // decisions and results. Does nothing if the descriptor is not readable.
  void run_ready() noexcept;
  // Wakes the scripts that this turn has sent something. With Turns::kReported, call it in each
  // turn after the last event and before the loop sleeps: a script is then woken once per turn, and
  // not with each event.
  void end_turn() noexcept;

  void start(LoopTasks& tasks) override;
  void stop() noexcept override;
  void wake() noexcept override;
  void set_timer(Duration delay) noexcept override;
  [[nodiscard]] bool report_turns() noexcept override;

 private:
  struct [[gnu::visibility("hidden")]] State;
  std::unique_ptr<State> state_;
};

}  // namespace hookline
