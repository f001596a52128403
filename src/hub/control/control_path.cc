#include "hub/control/control_path.h"

#include <cstdlib>

namespace hookline::hub {

std::filesystem::path control_socket_path(const HubConfig& config) {
  constexpr const char* kName = "hookline.sock";
  if (config.control_socket == "off") {
    return {};
  }
  if (!config.control_socket.empty()) {
    return config.base_dir / config.control_socket;
  }
  if (!config.base_dir.empty()) {
    return config.base_dir / kName;
  }
  // Read before any thread is started that might write it.
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");  // NOLINT(concurrency-mt-unsafe)
  return runtime != nullptr && *runtime != '\0' ? std::filesystem::path(runtime) / kName
                                                : std::filesystem::path(kName);
}

}  // namespace hookline::hub
