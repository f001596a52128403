#include "hub/vh/vh_scripts.h"

#include <string_view>

#include "hookline/future.h"
#include "hub/session/hub_core.h"
#include "plugin/functions/query_scripts.h"

namespace hookline::hub {
namespace {

constexpr std::string_view kPlugin = "python";

}  // namespace

Result<Value> script_command(HubCore& core, const VhArgs& args) {
  // A flag asks to stay inside of this plugin, where all scripts of this hub are.
  if (!args.text(2).empty() && args.text(2) != kPlugin) {
    return false;
  }
  core.post_to_others(args.caller().id, Hook::kOnScriptCommand,
                      {args.text(0), args.text(1), kPlugin, args.caller().name});
  return true;
}

Future<Value> script_query(HubCore& core, const VhArgs& args) {
  const auto waiting = core.waiting_scripts().insert(args.caller().id);
  auto asking = detail::query_scripts(core.scripts(),
                                      {.command = args.text(0),
                                       .data = args.text(1),
                                       .recipient = args.text(2),
                                       .with_names = args.number(3) != 0},
                                      args.caller(), core.config().verdict_deadline);
  return asking.then(core.scripts().host_executor(), [&core, waiting](Result<Value> result) {
    core.waiting_scripts().erase(waiting);
    return result;
  });
}

}  // namespace hookline::hub
