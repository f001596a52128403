#include "plugin/functions/resource.h"

#include <algorithm>
#include <utility>

#include "hookline/call.h"

namespace hookline::detail {

Result<void> ResourceClass::add(HostFunction method) {
  const std::string full_name = this->full_name() + "." + method.name;
  method.module = module_;
  if (method.name.empty() || method.name == "release" || method.name.starts_with("__")) {
    return fail(ErrorCode::kBadArguments,
                full_name +
                    "() cannot be a method: every resource has release() and what `with` "
                    "needs; give it another name");
  }
  if (find(method.name) != nullptr) {
    return fail(ErrorCode::kBadArguments, full_name + "() is there twice: give one another name");
  }
  if (auto checked = check_parameters(method); !checked) {
    return checked;
  }
  methods_.push_back(std::make_shared<const HostFunction>(std::move(method)));
  return {};
}

std::shared_ptr<const HostFunction> ResourceClass::find(std::string_view method) const {
  const auto found = std::ranges::find(methods_, method, &HostFunction::name);
  return found != methods_.end() ? *found : nullptr;
}

Handle Resource::object() const {
  const std::scoped_lock lock(mutex_);
  return object_;
}

Handle Resource::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(object_, {});
}

std::shared_ptr<Resource> ResourceList::add(std::shared_ptr<const ResourceClass> type,
                                            Handle object) {
  auto resource = std::make_shared<Resource>(std::move(type), std::move(object));
  const std::scoped_lock lock(mutex_);
  any_on_host_ = any_on_host_ || resource->type().runs_on() == RunsOn::kHost;
  live_.emplace(resource.get(), resource);
  return resource;
}

namespace {

// Destroys an object on the host's thread.
class Release final : public Job {
 public:
  [[nodiscard]] Future<Value> future() { return promise_.future(); }
  void give(Handle object) noexcept { object_ = std::move(object); }

  void run() noexcept override {
    const std::unique_ptr<Release> self(this);
    object_ = {};
    promise_.set(Value());
  }
  void discard() noexcept override {
    const std::unique_ptr<Release> self(this);
    object_ = {};
    promise_.set(fail(ErrorCode::kShuttingDown, "the host is shutting down"));
  }

 private:
  Handle object_;
  Promise<Value> promise_;
};

}  // namespace

Future<Value> ResourceList::release(Resource& resource, HostPort& port) {
  const bool on_host = resource.type().runs_on() == RunsOn::kHost;
  auto job = on_host ? std::make_unique<Release>() : nullptr;
  Future<Value> released = on_host ? job->future() : make_ready_future<Value>(Value());
  Handle object = resource.take();
  {
    const std::scoped_lock lock(mutex_);
    live_.erase(&resource);
  }
  if (job != nullptr) {
    job->give(std::move(object));
    port.post(*job.release());
  }
  return released;
}

void ResourceList::release_all(HostPort& port, std::shared_ptr<Completion> done) noexcept {
  release_each(take(RunsOn::kCaller));
  bool any_on_host = false;
  bool was_queued = false;
  {
    const std::scoped_lock lock(mutex_);
    any_on_host = any_on_host_;
    was_queued = any_on_host && std::exchange(is_queued_, true);
    if (any_on_host && done != nullptr) {
      done_ = std::exchange(done, nullptr);
    }
  }
  if (any_on_host && !was_queued) {
    port.post(*this);
  } else if (done != nullptr) {
    done->finish({});
  }
}

void ResourceList::run() noexcept {
  std::shared_ptr<Completion> done;
  {
    const std::scoped_lock lock(mutex_);
    is_queued_ = false;
    done = std::move(done_);
  }
  release_each(take(RunsOn::kHost));
  if (done != nullptr) {
    done->finish({});
  }
}

std::shared_ptr<Resource> ResourceList::take(RunsOn where) noexcept {
  std::shared_ptr<Resource> taken;
  const std::scoped_lock lock(mutex_);
  for (auto place = live_.begin(); place != live_.end();) {
    if (place->second->type().runs_on() != where) {
      ++place;
      continue;
    }
    std::shared_ptr<Resource> resource = std::move(place->second);
    place = live_.erase(place);
    resource->next_ = std::move(taken);
    taken = std::move(resource);
  }
  return taken;
}

// Each next one is taken first, since to destroy the list as a whole would recurse.
void ResourceList::release_each(std::shared_ptr<Resource> first) noexcept {
  while (first != nullptr) {
    const std::shared_ptr<Resource> resource = std::move(first);
    first = std::move(resource->next_);
    (void)resource->take();
  }
}

}  // namespace hookline::detail
