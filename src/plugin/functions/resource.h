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
#include "hookline/vh_table.h"
#include "plugin/functions/host_port.h"

namespace hookline::detail {

// A C++ object that a script has, until it is released.
//
// Thread safety: all methods from any thread.
class Resource {
 public:
  Resource(std::shared_ptr<const ResourceClass> type, Handle object)
      : type_(std::move(type)), object_(std::move(object)) {}

  [[nodiscard]] const ResourceClass& type() const noexcept { return *type_; }
  // An empty one once it has been released. Whoever has it keeps the object alive.
  [[nodiscard]] Handle object() const;
  // What object() was, which is empty from now on.
  [[nodiscard]] Handle take();

 private:
  const std::shared_ptr<const ResourceClass> type_;
  mutable std::mutex mutex_;
  Handle object_;
};

// The resources that one script has.
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
  // Destroys the object where its class says, unless it has been released before; if a call is
  // using it just now, when that has ended. The future is for kHost: then it is done.
  Future<Value> release(Resource& resource, HostPort& port);
  // All that are left. The future: as above, for those whose release has begun before, too.
  Future<void> release_all(HostPort& port);

 private:
  std::mutex mutex_;
  std::unordered_map<const Resource*, std::shared_ptr<Resource>> live_;
  bool any_on_host_ = false;  // ever
};

}  // namespace hookline::detail
