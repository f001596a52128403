#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "hookline/error.h"
#include "hub/hub.h"

namespace hookline::cli {

// A hub that runs on a thread of its own, with the scripts of its folder loaded. What they print
// goes to stderr.
//
// Thread safety: as of Hub for what hub() gives, from any thread but the hub's own.
class HubThread {
 public:
  // Returns when the hub serves.
  [[nodiscard]] static Result<std::unique_ptr<HubThread>> start(hub::HubConfig config);
  HubThread(const HubThread&) = delete;
  HubThread& operator=(const HubThread&) = delete;
  // Ends the hub, and waits for its scripts.
  ~HubThread();

  [[nodiscard]] hub::Hub& hub() { return *hub_; }
  [[nodiscard]] const std::vector<ScriptHost::LoadResult>& loaded() const { return loaded_; }

 private:
  HubThread() = default;

  hub::Hub* hub_ = nullptr;  // lives on the thread
  std::vector<ScriptHost::LoadResult> loaded_;
  std::thread thread_;
};

}  // namespace hookline::cli
