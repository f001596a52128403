#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"

namespace hookline::hub {
struct HubConfig;
}  // namespace hookline::hub

// Declares the `hookline` command line: its entry, its subcommands, and what these share.
//
// Thread safety: the main thread only.
namespace hookline::cli {

// Lists the exit codes of all subcommands.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;       // the command line was wrong
inline constexpr int kExitLeftBehind = 3;  // the hub ended without scripts that did not return

// Has the streams that a command writes to: results go to `out`, progress and errors to `err`.
struct Io {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
};

// Runs the command line. `arguments` are those after the program's name. Returns the exit code.
// Prints each error to io.err, as one sentence that says what to do.
[[nodiscard]] int run_cli(std::vector<std::string> arguments, Io& io);

// The levels that setup_logging() knows.
inline constexpr const char* kLogLevels[] = {"trace", "debug", "info", "warn", "error", "off"};

// Sends the log to stderr, because stdout is for results. May be called again.
void setup_logging(const std::string& level);

// Flushes `io` and ends the process immediately, without destructors. It is used when a script does
// not return, because joining its threads would take for ever.
[[noreturn]] void abandon(Io& io, int exit_code);

// Holds the options of `hookline hub`. Options that were not given leave the configuration as it
// is.
struct HubCommandOptions {
  std::optional<std::string> config;
  std::optional<std::string> address;
  std::optional<std::uint16_t> port;
  std::optional<std::string> scripts;
  bool watch = false;
  std::string log_level;  // empty: the level that an operator has set last, or info
};

// Makes the configuration of the hub from options.config, or else from ./hookline.toml if it
// exists, or else from the defaults. The other options override it.
[[nodiscard]] Result<hub::HubConfig> make_hub_config(const HubCommandOptions& options);

// Runs a hub until SIGINT or SIGTERM.
[[nodiscard]] int run_hub(const HubCommandOptions& options, Io& io);

// Holds the options of `hookline ctl`.
struct CtlCommandOptions {
  std::string command;   // list, load, unload, reload, stats or log
  std::string argument;  // a script, or a log level; may be empty
  std::optional<std::string> socket;
  std::optional<std::string> config;  // the configuration of the hub, which names its socket
  bool json = false;
};

// Sends a command to a running hub and prints the answer. Waits for as long as the hub takes.
[[nodiscard]] int run_ctl(const CtlCommandOptions& options, Io& io);

// Holds the options of `hookline demo`.
struct DemoOptions {
  std::uint64_t messages = 200'000;
  std::size_t clients = 20;
  std::optional<std::string> scripts;  // a folder; by default the example scripts
  std::uint32_t window = 16;           // lines that a client may have in flight
  std::chrono::seconds stall{60};      // the demo gives up after this time without progress
  bool json = false;
};

// Runs the demo and prints its table, or its JSON object. Fails if any line was lost.
[[nodiscard]] int run_demo(const DemoOptions& options, Io& io);

// Has the options of `hookline call`.
struct CallCommandOptions {
  std::string script;
  std::string function;
  std::vector<std::string> arguments;  // each is JSON
  double timeout_seconds = 30;         // 0: no limit
};

// Loads a script without a hub, calls one of its functions, and prints the result as JSON.
[[nodiscard]] int run_call(const CallCommandOptions& options, Io& io);

// Has the options of `hookline check`.
struct CheckOptions {
  std::vector<std::string> scripts;
  std::optional<std::string> host_file;  // describes the host; by default a hub
  bool json = false;
};

// Reads scripts without running them, and prints their hooks, mistakes in these, and imports that
// do not work in a sub-interpreter. Fails if a script cannot be loaded.
[[nodiscard]] int run_check(const CheckOptions& options, Io& io);

// Returns the source of the Python module that does the work of run_check(). Its function
//   check(path, hooks, called, gil) -> dict
// is described by the docstring of the module.
[[nodiscard]] std::string_view check_source();

// Holds the options of `hookline reference`.
struct ReferenceOptions {
  std::string format = "markdown";       // or pyi, json
  std::optional<std::string> host_file;  // describes the host; by default a hub
  // A page with a line "<!-- the reference -->", which is replaced by the reference. It is only
  // allowed with markdown.
  std::optional<std::string> template_file;
};

// Prints all hooks and functions that scripts can use.
[[nodiscard]] int run_reference(const ReferenceOptions& options, Io& io);

}  // namespace hookline::cli
