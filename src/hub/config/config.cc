#include "hub/config/config.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace hookline::hub {

Result<HubConfig> load_config(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream.good() && !stream.eof()) {
    return fail(ErrorCode::kBadArguments, file.string() + ": cannot be read");
  }
  auto config = parse_config(text, file.string());
  if (config) {
    config->base_dir = std::filesystem::absolute(file).parent_path();
  }
  return config;
}

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
  // This is read before any thread is started that might change it.
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");  // NOLINT(concurrency-mt-unsafe)
  return runtime != nullptr && *runtime != '\0' ? std::filesystem::path(runtime) / kName
                                                : std::filesystem::path(kName);
}

LoadOptions HubConfig::load_options(const std::filesystem::path& script) const {
  LoadOptions options;
  if (const auto found = python_of.find(script.stem().string()); found != python_of.end()) {
    options.python = found->second;
    if (options.python.venv && !options.python.venv->empty()) {
      options.python.venv = base_dir / *options.python.venv;
    }
  }
  return options;
}

}  // namespace hookline::hub
