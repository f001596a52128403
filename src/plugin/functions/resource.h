#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/detail/host_function.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/value.h"
#include "plugin/functions/completion.h"
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
  friend class ResourceList;

  const std::shared_ptr<const ResourceClass> type_;
  mutable std::mutex mutex_;
  Handle object_;
  std::shared_ptr<Resource> next_;  // in a list of those that are to be released
};

// Keeps the resources of one script.
//
// Ownership: it is a job of the port from release_all() until the host's thread has run it, or the
// port is closed, so it must live until then.
//
// Thread safety: all methods from any thread.
class ResourceList final : private Job {
 public:
  ResourceList() = default;
  ResourceList(const ResourceList&) = delete;
  ResourceList& operator=(const ResourceList&) = delete;
  ~ResourceList() override = default;

  [[nodiscard]] std::shared_ptr<Resource> add(std::shared_ptr<const ResourceClass> type,
                                              Handle object);
  // Destroys the object where its class says, unless it has been released before. A call that is
  // using the object delays this until it has ended. The future is ready when the host's thread has
  // released a kHost object; for others, and for those released before, it is ready immediately.
  // Throws std::bad_alloc before it changes anything.
  Future<Value> release(Resource& resource, HostPort& port);
  // Releases all remaining resources, which needs no memory. `done`, if given, is told when all
  // kHost objects have been released, including those whose release had begun before. REQUIRES: it
  // is given once.
  void release_all(HostPort& port, std::shared_ptr<Completion> done = nullptr) noexcept;

 private:
  // Overrides Job: releases the kHost objects, on the thread of the host or on the one that finds
  // the port closed.
  void run() noexcept override;
  void discard() noexcept override { run(); }
  // Takes the resources that are released there out of the list.
  [[nodiscard]] std::shared_ptr<Resource> take(RunsOn where) noexcept;
  static void release_each(std::shared_ptr<Resource> first) noexcept;

  std::mutex mutex_;
  std::unordered_map<const Resource*, std::shared_ptr<Resource>> live_;
  bool any_on_host_ = false;  // whether the script ever had a kHost resource
  bool is_queued_ = false;    // whether it is among the jobs of the port
  std::shared_ptr<Completion> done_;
};

}  // namespace hookline::detail
