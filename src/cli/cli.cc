#include "cli/cli.h"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/version.h"
#include "plugin/types/spdlog_sink.h"

namespace hookline::cli {

namespace {

// Declares the options of all subcommands, and holds what the user gave.
class CommandLine {
 public:
  CommandLine();

  void parse(const std::vector<std::string>& arguments);
  [[nodiscard]] int run(Io& io) const;
  [[nodiscard]] std::string help() {
    return selected()->help(selected() == &app_ ? "" : "hookline");
  }
  // Describes the error, without a full stop.
  [[nodiscard]] std::string explain(const CLI::ParseError& error,
                                    const std::vector<std::string>& arguments);
  // Returns the name of the program, followed by the subcommand if one was recognized.
  [[nodiscard]] std::string name();

 private:
  void add_hub();
  void add_demo();
  void add_call();
  void add_check();
  void add_ctl();
  void add_reference();
  CLI::App* selected();

  CLI::App app_{
      "Runs the Python scripts of a Direct Connect hub without ever waiting for them.\n"
      "'hookline SUBCOMMAND --help' says more about each."};
  CLI::App* hub_ = nullptr;
  CLI::App* demo_ = nullptr;
  CLI::App* call_ = nullptr;
  CLI::App* check_ = nullptr;
  CLI::App* ctl_ = nullptr;
  CLI::App* reference_ = nullptr;
  HubCommandOptions hub_options_;
  DemoOptions demo_options_;
  CallCommandOptions call_options_;
  CheckOptions check_options_;
  CtlCommandOptions ctl_options_;
  ReferenceOptions reference_options_;
};

// Prints the help in the same form with every version of CLI11: newer ones leave "Usage:" out, and
// reformat the examples, which are laid out in columns.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    if (mode == CLI::AppFormatMode::Sub) {  // one of the subcommands in the list of all
      return CLI::Formatter::make_help(app, std::move(name), mode);
    }
    return app->get_description() + "\n\n" + make_usage(app, std::move(name)) +
           make_positionals(app) + make_groups(app, mode) + make_subcommands(app, mode) + '\n' +
           app->get_footer() + '\n';
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    constexpr std::string_view kLabel = "Usage: ";
    const std::string made = CLI::Formatter::make_usage(app, std::move(name));
    std::string_view usage = made;
    usage.remove_prefix(std::min(usage.find_first_not_of('\n'), usage.size()));
    if (usage.starts_with(kLabel)) {
      usage.remove_prefix(kLabel.size());
    }
    usage = usage.substr(0, usage.find('\n'));
    return std::string(kLabel) + std::string(usage) + '\n';
  }
};

// Checks a range of numbers, without mentioning it in the help. The error has the same words with
// every version of CLI11.
CLI::Validator in_range(std::int64_t least, std::int64_t most) {
  const auto check = [range = CLI::Range(least, most), least, most](std::string& text) {
    return range(text).empty() ? std::string()
                               : "Value " + text + " not in range " + std::to_string(least) +
                                     " to " + std::to_string(most);
  };
  return {check, ""};
}

CommandLine::CommandLine() {
  app_.formatter(std::make_shared<HelpFormatter>());  // subcommands inherit it
  app_.name("hookline");
  app_.set_version_flag("--version", std::string("hookline ") + version());
  app_.footer(
      "Examples:\n"
      "  hookline demo                      sends chat through a hub, and prints figures\n"
      "  hookline hub --scripts scripts     runs a hub on port 4111 with the scripts of a folder\n"
      "  hookline check scripts/*.py        shows what the hub will find in these scripts\n"
      "  hookline call stats.py get '\"x\"'   calls get(\"x\") of stats.py\n"
      "  hookline ctl reload stats          makes the running hub load the new stats.py\n"
      "  hookline reference                 prints every hook and function, with examples\n"
      "\n"
      "Exit codes: 0 the command succeeded, 1 it failed, 2 the command line was wrong.");
  add_hub();
  add_demo();
  add_call();
  add_check();
  add_ctl();
  add_reference();
}

void CommandLine::add_hub() {
  hub_ = app_.add_subcommand("hub", "Runs the embedded NMDC hub until SIGINT or SIGTERM.");
  hub_->add_option("--config", hub_options_.config,
                   "Read this configuration file (TOML); default: ./hookline.toml, if it exists")
      ->type_name("FILE");
  hub_->add_option("--address", hub_options_.address, "Listen on this address; default: 0.0.0.0")
      ->type_name("IP");
  hub_->add_option("--port", hub_options_.port,
                   "Listen on this port; 0 chooses a free one; default: 4111")
      ->check(in_range(0, 65'535))
      ->type_name("N");
  hub_->add_option("--scripts", hub_options_.scripts,
                   "Load the scripts of this folder; default: 'scripts' beside the configuration")
      ->type_name("DIR");
  hub_->add_flag("--watch", hub_options_.watch, "Reload scripts when their files change");
  hub_->add_option("--log-level", hub_options_.log_level,
                   "Log to stderr from this level on: trace, debug, info, warn, error or off; "
                   "default: the level that an operator has set last, or info")
      ->check(CLI::IsMember(std::vector<std::string>(std::begin(kLogLevels), std::end(kLogLevels)))
                  .description(""))
      ->type_name("LEVEL");
  hub_->footer(
      "Examples:\n"
      "  hookline hub                                    needs no configuration\n"
      "  hookline hub --config /etc/hookline.toml --log-level debug\n"
      "  hookline hub --address 127.0.0.1 --port 0 --scripts examples/scripts");
}

void CommandLine::add_demo() {
  demo_ = app_.add_subcommand(
      "demo", "Sends chat through a hub and its scripts, and accounts for every line.");
  demo_
      ->add_option("--messages", demo_options_.messages,
                   "Send this many chat lines, all clients together")
      ->check(in_range(1, 1'000'000'000))
      ->type_name("N")
      ->capture_default_str();
  demo_->add_option("--clients", demo_options_.clients, "Connect this many clients over TCP")
      ->check(in_range(1, 2'000))
      ->type_name("N")
      ->capture_default_str();
  demo_
      ->add_option("--scripts", demo_options_.scripts,
                   "Load the scripts of this folder; default: the example scripts")
      ->type_name("DIR");
  demo_
      ->add_option("--window", demo_options_.window,
                   "Let each client send this many lines before their verdicts arrive")
      ->check(in_range(2, 10'000))
      ->type_name("N")
      ->capture_default_str();
  demo_
      ->add_option_function<std::int64_t>(
          "--stall",
          [this](std::int64_t seconds) { demo_options_.stall = std::chrono::seconds(seconds); },
          "Give up after this many seconds without progress; default: 60")
      ->check(in_range(1, 86'400))
      ->type_name("SECONDS");
  demo_->add_flag("--json", demo_options_.json, "Print one JSON object instead of a table");
  demo_->footer(
      "Examples:\n"
      "  hookline demo\n"
      "  hookline demo --messages 2000 --clients 5 --json\n"
      "  hookline demo --scripts my/scripts     calls hooks_seen() of a script that has it");
}

void CommandLine::add_call() {
  call_ = app_.add_subcommand("call", "Calls a function of a script, without a hub.");
  call_->add_option("SCRIPT", call_options_.script, "The Python file to load")->required();
  call_->add_option("FUNCTION", call_options_.function, "The function to call")->required();
  call_->add_option("JSON", call_options_.arguments, "The arguments, each as JSON");
  call_
      ->add_option("--timeout", call_options_.timeout_seconds,
                   "Give up after this many seconds; 0 waits for ever")
      ->check(CLI::Range(0.0, 86'400.0).description(""))
      ->type_name("SECONDS")
      ->capture_default_str();
  call_->footer(
      "The result is printed as JSON; what the script prints goes to stderr.\n"
      "\n"
      "Examples:\n"
      "  hookline call math_tools.py add 1 -2.5\n"
      "  hookline call stats.py get_stats '\"nick\"'     a string keeps its own quotes\n"
      "  hookline call stats.py top '{\"limit\": 3}' '[1, 2]' null --timeout 5");
}

void CommandLine::add_check() {
  check_ = app_.add_subcommand(
      "check",
      "Shows the hooks, imports and mistakes that the host will find in scripts, without running "
      "them.");
  check_
      ->add_option("SCRIPT", check_options_.scripts,
                   "The Python files, or folders of packages, to check")
      ->required();
  check_
      ->add_option("--host", check_options_.host_file,
                   "Check scripts of the host that this file describes; default: those of a hub")
      ->type_name("FILE");
  check_->add_flag("--json", check_options_.json, "Print one JSON object instead of text");
  check_->footer(
      "It imports the modules that the scripts import, to see whether they work in an interpreter\n"
      "with a GIL of its own.\n"
      "\n"
      "Examples:\n"
      "  hookline check scripts/*.py\n"
      "  hookline check --json stats.py\n"
      "  hookline check --host game.json rules.py    checks a script of another host");
}

void CommandLine::add_ctl() {
  ctl_ = app_.add_subcommand("ctl", "Manages the scripts of a hub that is running.");
  ctl_->add_option("COMMAND", ctl_options_.command,
                   "The command: list, load, unload, reload, stats, or log (shows or sets the log "
                   "level)")
      ->required();
  ctl_->add_option("ARGUMENT", ctl_options_.argument,
                   "The name of a script or the path of its file; for log, a level");
  ctl_->add_option("--socket", ctl_options_.socket,
                   "Use this control socket of the hub; default: the one in the configuration")
      ->type_name("PATH");
  ctl_->add_option(
          "--config", ctl_options_.config,
          "Read the configuration of the hub from this file; default: ./hookline.toml, if it "
          "exists")
      ->type_name("FILE");
  ctl_->add_flag("--json", ctl_options_.json, "Print the hub's answer as one JSON object");
  ctl_->footer(
      "Examples:\n"
      "  hookline ctl list\n"
      "  hookline ctl reload word_filter          keeps the old script if the new one fails\n"
      "  hookline ctl load ./new/greeter.py\n"
      "  hookline ctl stats --json --socket /run/hookline.sock\n"
      "  hookline ctl log debug");
}

void CommandLine::add_reference() {
  reference_ = app_.add_subcommand(
      "reference", "Prints every hook and function that scripts can use, with examples.");
  reference_
      ->add_option(
          "--format", reference_options_.format,
          "Choose the format: markdown, pyi (a stub file for editors and type checkers) or json")
      ->check(CLI::IsMember(std::vector<std::string>{"markdown", "pyi", "json"}).description(""))
      ->type_name("FORMAT")
      ->capture_default_str();
  reference_
      ->add_option("--host", reference_options_.host_file,
                   "Describe the host of this file, which it has written; default: a hub")
      ->type_name("FILE");
  reference_
      ->add_option("--template", reference_options_.template_file,
                   "Insert the reference into this page, at its line <!-- the reference -->")
      ->type_name("FILE");
  reference_->footer(
      "Examples:\n"
      "  hookline reference\n"
      "  hookline reference --format=pyi > scripts/vh.pyi    makes a stub file for editors\n"
      "  hookline reference --format=json\n"
      "  hookline reference --host game.json --format=pyi > game.pyi");
}

void CommandLine::parse(const std::vector<std::string>& arguments) {
  // CLI11 expects the arguments in reverse order.
  app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
}

CLI::App* CommandLine::selected() {
  const auto chosen = app_.get_subcommands();
  return chosen.empty() ? &app_ : chosen.front();
}

std::string CommandLine::name() {
  return selected() == &app_ ? "hookline" : "hookline " + selected()->get_name();
}

std::string CommandLine::explain(const CLI::ParseError& error,
                                 const std::vector<std::string>& arguments) {
  if (selected() == &app_ && !arguments.empty() && !arguments.front().starts_with('-')) {
    return "there is no subcommand '" + arguments.front() +
           "': use hub, ctl, demo, call, check or reference";
  }
  return error.what();
}

int CommandLine::run(Io& io) const {
  if (*hub_) {
    return run_hub(hub_options_, io);
  }
  if (*demo_) {
    return run_demo(demo_options_, io);
  }
  if (*call_) {
    return run_call(call_options_, io);
  }
  if (*check_) {
    return run_check(check_options_, io);
  }
  if (*ctl_) {
    return run_ctl(ctl_options_, io);
  }
  if (*reference_) {
    return run_reference(reference_options_, io);
  }
  io.err << "hookline: say what to do: hub, ctl, demo, call, check or reference; 'hookline --help' "
            "has "
            "examples\n";
  return kExitUsage;
}

// CLI11 would read "-5" as an option and "[1, 2]" as a list of its own. A leading space prevents
// that, and JSON allows it.
void protect_json(std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() != "call") {
    return;
  }
  for (std::string& argument : arguments) {
    const bool number = argument.size() > 1 && argument[0] == '-' &&
                        std::isdigit(static_cast<unsigned char>(argument[1])) != 0;
    if (number || argument.starts_with('[')) {
      argument.insert(0, 1, ' ');
    }
  }
}

}  // namespace

void setup_logging(const std::string& level) {
  detail::log_to_own_stderr(spdlog::level::from_str(level));
}

void abandon(Io& io, int exit_code) {
  spdlog::default_logger()->flush();  // its lines may wait for a file
  io.out.flush();
  io.err.flush();
  std::_Exit(exit_code);
}

int run_cli(std::vector<std::string> arguments, Io& io) {
  CommandLine command_line;
  protect_json(arguments);
  try {
    command_line.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    io.out << command_line.help() << std::flush;
    return kExitOk;
  } catch (const CLI::CallForVersion& version) {
    io.out << version.what() << '\n' << std::flush;
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    const std::string name = command_line.name();
    io.err << name << ": " << command_line.explain(error, arguments) << "; '" << name
           << " --help' has examples\n";
    return kExitUsage;
  }
  return command_line.run(io);
}

}  // namespace hookline::cli
