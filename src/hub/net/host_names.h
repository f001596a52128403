#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>

namespace hookline::hub {

// Looks up the host names of addresses on libuv's threads, and remembers them.
//
// Thread safety: the loop's thread.
class HostNames {
 public:
  // The names are all forgotten when there are this many of them.
  static constexpr std::size_t kMaxNames = 10'000;

  using Found = std::function<void(const std::string& host)>;

  // `loop` must run once more after close(). A look-up that has begun cannot be cancelled, and
  // takes as long as the system's resolver does.
  explicit HostNames(uv_loop_t* loop);
  HostNames(const HostNames&) = delete;
  HostNames& operator=(const HostNames&) = delete;
  ~HostNames();

  // Calls `found` with the name of an address, or with the address if it has none. Calls it
  // immediately if the answer is known, and never after close().
  void look_up(const std::string& ip, Found found);

  void close();

 private:
  struct State;
  struct Request;
  std::shared_ptr<State> state_;
};

}  // namespace hookline::hub
