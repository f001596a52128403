#include "plugin/event/subscriptions.h"

#include "plugin/types/whole_path.h"

namespace hookline::detail {

namespace {

// Compares the paths as text, so that a lookup does not touch the disk.
bool is_path_of(const ScriptEntry& script, std::string_view name) {
  if (!name.contains('/') && !name.ends_with(".py")) {
    return false;
  }
  return whole_path(name) == whole_path(script.path);
}

}  // namespace

const Subscriptions::Loaded* Subscriptions::find(std::string_view name) const {
  if (const auto known = by_name.find(name); known != by_name.end()) {
    return &scripts[known->second];
  }
  const auto found = std::ranges::find_if(
      scripts, [name](const Loaded& loaded) { return is_path_of(*loaded.script, name); });
  return found != scripts.end() ? &*found : nullptr;
}

}  // namespace hookline::detail
