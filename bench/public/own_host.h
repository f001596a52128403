#pragma once

#include <cstdint>
#include <memory>

#include "hookline/script_host.h"

namespace hookline::bench {

// A host that has hooks of its own, and has loaded bench/scripts/own.py. It knows nothing but the
// installed headers, like all of bench/public.
class OwnHost {
 public:
  OwnHost();
  OwnHost(const OwnHost&) = delete;
  OwnHost& operator=(const OwnHost&) = delete;
  ~OwnHost() = default;

  [[nodiscard]] ScriptHost& scripts() { return *scripts_; }
  [[nodiscard]] ScriptId script() const { return script_; }
  // Returns the number of events that a full mailbox did not accept. It must be 0 for a valid
  // measurement.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  std::unique_ptr<ScriptHost> scripts_;
  ScriptId script_{};
};

}  // namespace hookline::bench
