#pragma once

#include <memory>

#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/typed_hook.h"

namespace hookline::bench {

inline constexpr auto kOnLogin = hook<std::string>("on_login", {"player"}, veto);
inline constexpr auto kOnChat =
    hook<std::string, std::string>("on_chat", {"player", "text"}, last_replacement);

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
