#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "hookline/error.h"
#include "hub/hub.h"

namespace hookline::cli {

// Runs a hub with the scripts of its folder on a thread of its own. The scripts print to stderr.
//
// Thread safety: any thread except the hub's own. hub() may be used as Hub allows.
class HubThread {
 public:
  // Starts the hub, and returns when it accepts connections.
  [[nodiscard]] static Result<std::unique_ptr<HubThread>> start(hub::HubConfig config);
  HubThread(const HubThread&) = delete;
  HubThread& operator=(const HubThread&) = delete;
  // Ends the hub, and waits for its scripts.
  ~HubThread();

  [[nodiscard]] hub::Hub& hub() { return *hub_; }
  [[nodiscard]] const std::vector<hub::LoadedFile>& loaded() const { return loaded_; }

 private:
  HubThread() = default;

  hub::Hub* hub_ = nullptr;  // owned by the thread
  std::vector<hub::LoadedFile> loaded_;
  std::thread thread_;
};

}  // namespace hookline::cli
