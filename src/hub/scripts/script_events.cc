#include "hub/scripts/script_events.h"

#include <algorithm>

#include "hookline/typed_hook.h"

namespace hookline::hub {

bool ScriptEvents::ask(Hook hook, const List& args, DecisionHandler& handler) {
  const HookRow& row = scripts_->hooks()[static_cast<std::size_t>(hook)];
  HookEvent event(detail::hook_key(row), row.name, args.size());
  std::ranges::copy(args, event.arguments.begin());
  return count(scripts_->decide_on_loop(event, handler));
}

}  // namespace hookline::hub
