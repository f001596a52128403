#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>

namespace hookline::hub {

// The names of addresses, looked up on libuv's threads and remembered.
//
// Thread safety: the loop's thread.
class HostNames {
 public:
  // How many answers are kept; then it begins anew.
  static constexpr std::size_t kMost = 10'000;

  using Found = std::function<void(const std::string& host)>;

  // `loop` runs once more after close() before it ends, as for every handle: a look-up that is
  // going on cannot be called back, and takes as long as the system's resolver does.
  explicit HostNames(uv_loop_t* loop);
  HostNames(const HostNames&) = delete;
  HostNames& operator=(const HostNames&) = delete;
  ~HostNames();

  // Tells the name of an address, or the address if it has none: at once if that is known. Not
  // called after close().
  void look_up(const std::string& ip, Found found);

  void close();

 private:
  struct State;
  struct Request;
  std::shared_ptr<State> state_;
};

}  // namespace hookline::hub
