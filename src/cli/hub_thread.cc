#include "cli/hub_thread.h"

#include <future>
#include <utility>

namespace hookline::cli {

Result<std::unique_ptr<HubThread>> HubThread::start(hub::HubConfig config) {
  std::unique_ptr<HubThread> self(new HubThread);
  std::promise<Result<void>> started;
  auto ready = started.get_future();
  // Python must end on the thread that started it, so the hub is created and destroyed here.
  self->thread_ = std::thread(
      [self = self.get(), started = std::move(started), config = std::move(config)]() mutable {
        auto hub = hub::Hub::create(std::move(config), {.stdout_to_stderr = true});
        if (!hub) {
          started.set_value(std::unexpected(hub.error()));
          return;
        }
        self->hub_ = hub->get();
        self->loaded_ = (*hub)->load_scripts();
        started.set_value({});
        (*hub)->run();
      });
  if (auto result = ready.get(); !result) {
    return std::unexpected(result.error());
  }
  return self;
}

HubThread::~HubThread() {
  if (hub_ != nullptr) {
    hub_->stop();
  }
  thread_.join();
}

}  // namespace hookline::cli
