#include "cli/ctl_command.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/control_connection.h"
#include "cli/exit_code.h"
#include "cli/hub_command.h"
#include "hub/base/text.h"
#include "hub/config/config.h"
#include "plugin/types/whole_path.h"

namespace hookline::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Command {
  std::string_view name;
  bool needs_script;
};

constexpr auto kCommands = std::to_array<Command>({{"list", false},
                                                   {"load", true},
                                                   {"unload", true},
                                                   {"reload", true},
                                                   {"stats", false},
                                                   {"log", false}});

// What is wrong with the command line, or nothing.
std::string find_mistake(const CtlCommandOptions& options) {
  const auto* const command = std::ranges::find(kCommands, options.command, &Command::name);
  if (command == kCommands.end()) {
    return "there is no command '" + options.command +
           "': use list, load, unload, reload, stats or log";
  }
  return command->needs_script && options.argument.empty()
             ? "say which script to " + options.command
             : std::string();
}

Result<std::filesystem::path> find_socket(const CtlCommandOptions& options) {
  if (options.socket) {
    return *options.socket;
  }
  auto config = make_hub_config({.config = options.config});
  if (!config) {
    return std::unexpected(std::move(config.error()));
  }
  auto path = control_socket_path(*config);
  if (path.empty()) {
    return fail(ErrorCode::kBadArguments,
                "the configuration says [control] socket = \"off\": give it a path there");
  }
  return path;
}

// The hub has a working directory of its own. What is no path it looks for in its folder.
std::string argument_of(const CtlCommandOptions& options) {
  if (options.command == "log" || !options.argument.contains('/')) {
    return options.argument;
  }
  return detail::whole_path(options.argument).string();
}

void print_list(const Json& scripts, std::ostream& out) {
  for (const auto& script : scripts) {
    out << script["id"] << ' ' << script["name"].get<std::string>()
        << hub::in_parentheses(script["title"].get<std::string>(),
                               script["version"].get<std::string>())
        << ": " << script["path"].get<std::string>() << ", hooks " << script["hooks"].size()
        << '\n';
  }
}

std::string p50_p99(const Json& latency) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << latency["p50_us"].get<double>() << '/'
       << latency["p99_us"].get<double>();
  return text.str();
}

void print_stats(const Json& scripts, std::ostream& out) {
  for (const auto& script : scripts) {
    out << script["name"].get<std::string>() << ": calls " << script["calls"] << ", errors "
        << script["errors"] << ", missed " << script["missed"] << ", waiting " << script["waiting"];
    if (const auto& memory = script["memory_bytes"]; !memory.is_null()) {
      out << ", memory " << (memory.get<std::int64_t>() >> 20) << " MiB";
    }
    out << "\n  p50/p99 us: queue wait " << p50_p99(script["queue_wait"]) << ", run "
        << p50_p99(script["run"]) << ", total " << p50_p99(script["total"]) << '\n';
    if (const auto& error = script["last_error"]; !error.is_null()) {
      out << "  last error " << error["seconds_ago"]
          << " s ago: " << error["message"].get<std::string>() << '\n';
    }
  }
}

int print_answer(const CtlCommandOptions& options, const Json& answer, Io& io) {
  if (!answer["ok"].get<bool>()) {
    io.err << answer.value("traceback", "")
           << "hookline ctl: " << answer["error"].get<std::string>() << '\n';
    return kExitFailed;
  }
  const Json& result = answer["result"];
  if (options.command == "list") {
    print_list(result, io.out);
  } else if (options.command == "stats") {
    print_stats(result, io.out);
  } else {
    io.out << result.get<std::string>() << '\n';
  }
  io.out << std::flush;
  return kExitOk;
}

}  // namespace

int run_ctl(const CtlCommandOptions& options, Io& io) {
  if (const auto mistake = find_mistake(options); !mistake.empty()) {
    io.err << "hookline ctl: " << mistake << "; 'hookline ctl --help' has examples\n";
    return kExitUsage;
  }
  const auto socket = find_socket(options);
  if (!socket) {
    io.err << "hookline ctl: " << socket.error().message << '\n';
    return kExitFailed;
  }
  const Json request = {{"command", options.command}, {"argument", argument_of(options)}};
  const auto line = ask_hub(*socket, request.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (!line) {
    io.err << "hookline ctl: " << line.error().message << '\n';
    return kExitFailed;
  }
  const Json answer = Json::parse(*line, nullptr, false);
  if (answer.is_discarded() || !answer.contains("ok")) {
    io.err << "hookline ctl: " << socket->string()
           << " is no hub's: name the hub's socket with --socket\n";
    return kExitFailed;
  }
  if (options.json) {
    io.out << *line << '\n' << std::flush;
    return answer["ok"].get<bool>() ? kExitOk : kExitFailed;
  }
  return print_answer(options, answer, io);
}

}  // namespace hookline::cli
