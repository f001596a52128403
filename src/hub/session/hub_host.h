#pragma once

#include <span>
#include <string>
#include <string_view>

#include "hookline/future.h"
#include "hookline/host.h"
#include "hub/session/hub_core.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// What scripts can do with the hub: the functions of the `vh` module. docs/hub.md describes each.
//
// Thread safety: as Host::vh_call says. The functions that run on the caller's thread read the
// directory and the settings only.
class HubHost final : public Host {
 public:
  explicit HubHost(HubCore& core) : core_(core) {}

  [[nodiscard]] Result<Value> vh_call(Vh function, std::span<const Value> args,
                                      const Caller& caller) override;
  void vh_start(Vh function, std::span<const Value> args, const Caller& caller,
                Promise<Value> promise) override;
  void on_script_named(const std::string& name, const std::string& version,
                       const Caller& caller) override;
  void on_script_unloaded(const Caller& caller) override;
  [[nodiscard]] Result<Value> vh_read(Vh function, std::span<const std::string_view> texts,
                                      const Caller& caller) override;

 private:
  struct Row;
  static std::span<const Row> rows() noexcept;
  [[nodiscard]] Result<Value> run(Vh function, const VhArgs& args);

  HubCore& core_;
};

}  // namespace hookline::hub
