#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/reference.h"
#include "cli/script_session.h"
#include "marshal/json.h"

namespace hookline::cli {

namespace {

// Explains the most common mistake: bare words, because the shell removes the quotes.
std::string advice_for(const CallCommandOptions& options, const std::string& argument) {
  if (argument.find_first_of("\"'{}[]") != std::string::npos) {
    return {};
  }
  return "; a string needs its own quotes: hookline call " + options.script + ' ' +
         options.function + " '\"" + argument + "\"'";
}

Result<List> read_arguments(const CallCommandOptions& options) {
  List values;
  for (std::size_t i = 0; i < options.arguments.size(); ++i) {
    const std::string& argument = options.arguments[i];
    auto value = detail::from_json(argument);
    if (!value) {
      return fail(ErrorCode::kBadArguments, "argument " + std::to_string(i + 1) + ", " + argument +
                                                ", is not JSON (" + value.error().message + ')' +
                                                advice_for(options, argument));
    }
    values.push_back(*std::move(value));
  }
  return values;
}

// Does not return after kDeadlineExceeded, because ending the session would wait for the script.
// REQUIRES: the session still exists.
int report_error(const Error& error, Io& io) {
  if (error.traceback.empty()) {
    io.err << "hookline call: " << error.message << '\n';
  } else {
    io.err << error.traceback << (error.traceback.ends_with('\n') ? "" : "\n");
  }
  if (error.code == ErrorCode::kDeadlineExceeded) {
    abandon(io, kExitFailed);
  }
  return kExitFailed;
}

}  // namespace

int run_call(const CallCommandOptions& options, Io& io) {
  setup_logging("warn");
  auto arguments = read_arguments(options);
  if (!arguments) {
    io.err << "hookline call: " << arguments.error().message << '\n';
    return kExitUsage;
  }
  const auto session =
      ScriptSession::start(std::chrono::duration<double>(options.timeout_seconds), vh_reference());
  if (!session) {
    return report_error(session.error(), io);
  }
  if (const auto loaded = (*session)->load(options.script); !loaded) {
    return report_error(loaded.error(), io);
  }
  const auto result = (*session)->call(options.function, *std::move(arguments));
  if (!result) {
    return report_error(result.error(), io);
  }
  const auto json = detail::to_json(*result);
  if (!json) {
    io.err << "hookline call: the result has no JSON form: " << json.error().message << '\n';
    return kExitFailed;
  }
  io.out << *json << '\n' << std::flush;
  return kExitOk;
}

}  // namespace hookline::cli
