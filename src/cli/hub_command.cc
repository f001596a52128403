#include <spdlog/spdlog.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/signal_watcher.h"
#include "hub/config/config.h"
#include "hub/hub.h"

namespace hookline::cli {

namespace {

constexpr const char* kConfigFile = "hookline.toml";

Result<hub::HubConfig> read_config(const HubCommandOptions& options) {
  if (options.config) {
    return hub::load_config(*options.config);
  }
  std::error_code ignored;
  if (std::filesystem::exists(kConfigFile, ignored)) {
    return hub::load_config(kConfigFile);
  }
  return hub::HubConfig{};
}

std::string describe_scripts(const std::vector<hub::LoadedFile>& results) {
  std::string names;
  std::size_t loaded = 0;
  std::size_t failed = 0;
  std::size_t loading = 0;
  for (const auto& result : results) {
    if (!result.id) {
      ++(result.is_loading ? loading : failed);
      continue;
    }
    names += (loaded++ == 0 ? ": " : ", ") + result.path.stem().string();
  }
  std::string text =
      loaded == 0 ? "no scripts" : std::to_string(loaded) + (loaded == 1 ? " script" : " scripts");
  text += names;
  if (failed != 0) {
    text += " (" + std::to_string(failed) + " failed to load)";
  }
  if (loading != 0) {
    text += " (" + std::to_string(loading) + " still loading)";
  }
  return text;
}

}  // namespace

Result<hub::HubConfig> make_hub_config(const HubCommandOptions& options) {
  auto config = read_config(options);
  if (!config) {
    return config;
  }
  if (options.address) {
    config->address = *options.address;
  }
  if (options.port) {
    config->port = *options.port;
  }
  config->watch = config->watch || options.watch;
  if (options.scripts) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(*options.scripts, ignored)) {
      return fail(ErrorCode::kBadArguments, "--scripts: there is no folder " + *options.scripts);
    }
    // This path is relative to the working directory. A folder that is named in the configuration
    // is relative to that file.
    config->script_folder = std::filesystem::absolute(*options.scripts);
  }
  return config;
}

int run_hub(const HubCommandOptions& options, Io& io) {
  setup_logging(options.log_level.empty() ? "info" : options.log_level);
  auto config = make_hub_config(options);
  if (!config) {
    io.err << "hookline: " << config.error().message << '\n';
    return kExitFailed;
  }
  const CaughtSignals signals;  // those that come while the hub starts end it once it has
  const hub::HubOptions hub_options{.control_socket = control_socket_path(*config),
                                    .log_level = options.log_level,
                                    .stdout_to_stderr = true};
  auto hub = hub::Hub::create(*std::move(config), hub_options);
  if (!hub) {
    io.err << "hookline: " << hub.error().message << '\n';
    return kExitFailed;
  }
  const SignalWatcher watcher(
      signals, [&hub] { (*hub)->stop(); }, [&io] { abandon(io, kExitFailed); });
  const std::string scripts = describe_scripts((*hub)->load_scripts());
  io.out << "hookline: hub on " << (*hub)->config().address << ':' << (*hub)->port() << " with "
         << scripts << '\n'
         << std::flush;
  (*hub)->run();
  spdlog::default_logger()->flush();  // so that its log lines come before the next one
  io.err << "hookline: hub ended\n";
  if (!(*hub)->left_behind().empty()) {
    const int code = (*hub)->exit_code();
    abandon(io, code != kExitOk ? code : kExitLeftBehind);
  }
  return (*hub)->exit_code();
}

}  // namespace hookline::cli
