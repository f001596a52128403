#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "hookline/host.h"

namespace hookline::hub {

// What the scripts call themselves: vh.name_and_version. Texts are one line each, ready to be shown
// (hub_text). Hub's thread.
class ScriptNames {
 public:
  struct Named {
    std::string title;
    std::string version;
    std::uint32_t run = 0;  // of the script: Caller::run
  };

  void set(const Caller& script, std::string title, std::string version) {
    named_[script.id] = {std::move(title), std::move(version), script.run};
  }
  // Not what a later run has said: a reload ends the old code after the new one has loaded.
  void forget(const Caller& script) {
    const auto found = named_.find(script.id);
    if (found != named_.end() && found->second.run == script.run) {
      named_.erase(found);
    }
  }
  // Empty texts if it has not said.
  [[nodiscard]] Named of(ScriptId script) const {
    const auto found = named_.find(script);
    return found != named_.end() ? found->second : Named();
  }

 private:
  std::map<ScriptId, Named> named_;
};

}  // namespace hookline::hub
