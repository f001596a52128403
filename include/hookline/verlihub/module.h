#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hookline/call.h"
#include "hookline/verlihub/functions.h"

#pragma GCC visibility push(default)
namespace hookline::verlihub {

// Describes a hub to its scripts. It is plain data (docs/host.md).
struct Identity {
  std::string bot_name = "HubBot";
  std::string op_chat_name = "OpChat";
  std::string config_name = "hookline";
  std::string base_dir = {};    // The folder of the configuration.
  std::int64_t start_time = 0;  // Seconds since the epoch.
};

// Makes the attributes of `vh` that describe the hub, for LoadOptions::attributes. Thread safety:
// any thread.
[[nodiscard]] std::vector<Attribute> attributes(const Identity& identity);

// Says where functions with RunsOn::kCaller run.
enum class Reads : std::uint8_t {
  kOnCaller,  // where their rows say
  kOnHost,    // on the host's thread too, for a hub whose reads are not thread-safe
};

// Makes the module `vh`, with the constants, attributes and functions that scripts of Verlihub
// know. `functions` is not owned and must outlive the ScriptHost that gets the module. Thread
// safety: any thread.
[[nodiscard]] Module module(Functions& functions, const Identity& identity = {},
                            Reads reads = Reads::kOnCaller);

}  // namespace hookline::verlihub
#pragma GCC visibility pop
