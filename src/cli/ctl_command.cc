#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/cli.h"
#include "hub/base/text.h"
#include "hub/commands/script_commands.h"
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

// Describes what is wrong with the command line. Returns an empty text if nothing is.
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

// Makes paths absolute, because the hub has another working directory. The hub looks for names
// without a slash in its folder of scripts.
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
        << ": " << script["path"].get<std::string>();
    if (const std::string state = script["state"]; state == "loaded") {
      out << ", hooks " << script["hooks"].size()
          << (script["is_over_cpu_share"].get<bool>() ? ", over its share of CPU time" : "")
          << '\n';
    } else {
      const std::string place = script.value("place", "");
      out << ", " << state << " (" << script["seconds"] << " s)"
          << (place.empty() ? "" : " at " + place) << '\n';
    }
  }
}

std::string p50_p99(const Json& latency) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << latency["p50_us"].get<double>() << '/'
       << latency["p99_us"].get<double>();
  return text.str();
}

void print_memory(const Json& script, std::ostream& out) {
  const auto mib = [&script](const char* key) { return script[key].get<std::int64_t>() >> 20; };
  if (!script["memory_bytes"].is_null()) {
    out << ", memory " << mib("memory_bytes") << " MiB (peak " << mib("memory_peak_bytes");
    if (!script["memory_limit_bytes"].is_null()) {
      out << ", limit " << mib("memory_limit_bytes");
    }
    out << ')';
  }
}

void print_share(const Json& script, std::ostream& out) {
  if (!script["cpu_share"].is_null()) {
    out << " (share " << std::defaultfloat << script["cpu_share"].get<double>() << ", exceeded "
        << script["over_cpu_share"] << " times"
        << (script["is_over_cpu_share"].get<bool>() ? ", now too)" : ")");
  }
}

void print_stats(const Json& scripts, std::ostream& out) {
  for (const auto& script : scripts) {
    out << script["name"].get<std::string>() << ": calls " << script["calls"] << ", errors "
        << script["errors"] << ", missed " << script["missed"] << ", late " << script["late"]
        << ", waiting " << script["waiting"];
    print_memory(script, out);
    out << ", CPU " << std::fixed << std::setprecision(1) << script["cpu_seconds"].get<double>()
        << " s";
    print_share(script, out);
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

// Owns a blocking connection to a Unix socket.
class Socket {
 public:
  Socket() : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }

  [[nodiscard]] bool connect_to(const std::filesystem::path& path) const {
    if (fd_ < 0) {
      return false;
    }
    sockaddr_un address{};
    if (path.native().size() >= sizeof address.sun_path) {
      errno = ENAMETOOLONG;
      return false;
    }
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    return connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  [[nodiscard]] bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EINTR) {
        return false;
      }
      bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
    return true;
  }

  // Reads a line without its newline. Returns false if the connection ends before the newline.
  [[nodiscard]] bool read_line(std::string& line) const {
    std::array<char, 4'096> space{};
    while (true) {
      const ssize_t count = read(fd_, space.data(), space.size());
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count <= 0) {
        return false;
      }
      line.append(space.data(), static_cast<std::size_t>(count));
      if (line.ends_with('\n')) {
        line.pop_back();
        return true;
      }
    }
  }

 private:
  int fd_;
};

// Explains why the connection failed, from errno.
std::string why_not(const std::filesystem::path& path) {
  const int error = errno;
  if (error == ENOENT || error == ECONNREFUSED) {
    return "no hub listens at " + path.string() +
           "; start one with 'hookline hub', or name its socket with --socket";
  }
  if (error == EACCES) {
    return path.string() + " belongs to another user: run this as the user of the hub";
  }
  return path.string() + " cannot be connected to (" + std::system_category().message(error) +
         "); name the hub's socket with --socket";
}

// Sends one line to the control socket of a hub, and returns the answer without its newline. Fails
// with kBadArguments and a sentence for the user if no hub listens, or if it ends meanwhile.
Result<std::string> ask_hub(const std::filesystem::path& socket, std::string_view line) {
  const Socket connection;
  if (!connection.connect_to(socket)) {
    return fail(ErrorCode::kBadArguments, why_not(socket));
  }
  std::string answer;
  if (!connection.write(std::string(line) + '\n') || !connection.read_line(answer)) {
    return fail(ErrorCode::kBadArguments,
                "the hub ended before it answered; see its log for what has become of the command");
  }
  return answer;
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
