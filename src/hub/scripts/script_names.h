#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "hookline/call.h"

namespace hookline::hub {

// Remembers the names and versions that scripts give themselves (vh.name_and_version), as lines
// that can be shown (hub_text).
//
// Thread safety: the hub's thread.
class ScriptNames {
 public:
  struct Named {
    std::string title;
    std::string version;
    std::uint32_t run = 0;  // Caller::run of the script
  };

  void set(const Caller& script, std::string title, std::string version) {
    named_[script.id] = {std::move(title), std::move(version), script.run};
  }
  // Keeps the name that a later run has set: during a reload, the old code ends after the new code
  // has loaded.
  void forget(const Caller& script) {
    const auto found = named_.find(script.id);
    if (found != named_.end() && found->second.run == script.run) {
      named_.erase(found);
    }
  }
  // Returns empty texts if the script has set no name.
  [[nodiscard]] Named of(ScriptId script) const {
    const auto found = named_.find(script);
    return found != named_.end() ? found->second : Named();
  }

 private:
  std::map<ScriptId, Named> named_;
};

}  // namespace hookline::hub
