#include "bench/public/own_host.h"

#include <utility>

#include "bench/cost.h"
#include "bench/public/own_hooks.h"
#include "bench/scripts.h"
#include "hookline/future.h"
#include "hookline/script_info.h"

namespace hookline::bench {

namespace {

// Keeps Python between the hosts.
std::unique_ptr<ScriptHost>& keeper() {
  static std::unique_ptr<ScriptHost> instance;
  return instance;
}

}  // namespace

void start_python() {
  if (keeper() == nullptr) {
    keeper() = or_die(ScriptHost::create());
  }
}

void end_python() { keeper().reset(); }

OwnHost::OwnHost() {
  start_python();
  scripts_ = or_die(ScriptHost::create({.hooks = {kOnLogin, kOnChat}}));
  script_ = or_die(scripts_->load(script_file("own.py")).get());
}

std::uint64_t OwnHost::lost() const {
  std::uint64_t lost = 0;
  for (const ScriptInfo& script : scripts_->scripts()) {
    lost += script.mailbox.rejected + script.mailbox.refused + script.mailbox.dropped_oldest;
  }
  return lost;
}

}  // namespace hookline::bench
