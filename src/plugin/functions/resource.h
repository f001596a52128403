#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hookline/detail/host_function.h"
#include "hookline/future.h"
#include "hookline/value.h"
#include "plugin/functions/host_port.h"

namespace hookline::detail {

// Is a C++ object that belongs to a script until it is released.
//
// Thread safety: all methods from any thread.
class Resource {
 public:
  Resource(std::shared_ptr<const ResourceClass> type, Handle object)
      : type_(std::move(type)), object_(std::move(object)) {}

  [[nodiscard]] const ResourceClass& type() const noexcept { return *type_; }
  // Returns the object, or an empty handle once it has been released. The handle keeps it alive.
  [[nodiscard]] Handle object() const;
  // Returns object(), which is empty from now on.
  [[nodiscard]] Handle take();

 private:
  const std::shared_ptr<const ResourceClass> type_;
  mutable std::mutex mutex_;
  Handle object_;
};

// Keeps the resources of one script.
//
// Thread safety: all methods from any thread.
class ResourceList {
 public:
  ResourceList() = default;
  ResourceList(const ResourceList&) = delete;
  ResourceList& operator=(const ResourceList&) = delete;
  ~ResourceList() = default;

  [[nodiscard]] std::shared_ptr<Resource> add(std::shared_ptr<const ResourceClass> type,
                                              Handle object);
  // Destroys the object where its class says, unless it has been released before. A call that is
  // using the object delays this until it has ended. The future is ready when the host's thread has
  // released a kHost object; for others, and for those released before, it is ready immediately.
  Future<Value> release(Resource& resource, HostPort& port);
  // Releases all remaining resources. The future is ready when all kHost objects have been
  // released, including those whose release had begun before.
  Future<void> release_all(HostPort& port);

 private:
  std::mutex mutex_;
  std::unordered_map<const Resource*, std::shared_ptr<Resource>> live_;
  bool any_on_host_ = false;  // whether the script ever had a kHost resource
};

}  // namespace hookline::detail
