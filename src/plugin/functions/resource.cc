#include "plugin/functions/resource.h"

#include <algorithm>

#include "hookline/call.h"
#include "hookline/loop.h"

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

Future<Value> ResourceList::release(Resource& resource, HostPort& port) {
  Handle object = resource.take();
  {
    const std::scoped_lock lock(mutex_);
    live_.erase(&resource);
  }
  if (resource.type().runs_on() == RunsOn::kCaller || object == Handle()) {
    object = {};
    return make_ready_future<Value>(Value());
  }
  return port.run([object = std::move(object)](Promise<Value> promise) mutable {
    object = {};
    promise.set(Value());
  });
}

Future<void> ResourceList::release_all(HostPort& port) {
  std::unordered_map<const Resource*, std::shared_ptr<Resource>> left;
  bool any_on_host = false;
  {
    const std::scoped_lock lock(mutex_);
    left = live_;
    any_on_host = any_on_host_;
  }
  for (const auto& [key, resource] : left) {
    (void)release(*resource, port);
  }
  if (!any_on_host) {
    return make_ready_future();
  }
  // This runs after everything that was released on the host's thread before.
  return port.run([](Promise<Value> promise) { promise.set(Value()); })
      .then(InlineExecutor::instance(), [](const Result<Value>&) {});
}

}  // namespace hookline::detail
