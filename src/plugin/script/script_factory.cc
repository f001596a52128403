#include "plugin/script/script_factory.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "plugin/functions/raise_in_python.h"
#include "plugin/module/host_module.h"

namespace hookline::detail {
namespace {

// The options of load() come first; 0 stands for no limit.
std::size_t value_limit(const PythonOptions& own, const PythonOptions& general) {
  const std::size_t limit =
      own.value_limit.value_or(general.value_limit.value_or(kDefaultMaxBytes));
  return limit != 0 ? limit : CopyBudget::kUnlimited;
}

}  // namespace

ScriptFactory::ScriptFactory(const ScriptHostOptions& options, const Log& log,
                             const FunctionNames& names, const HookTable& hooks, const Clock& clock,
                             Host& host, HostPort& port, const FunctionRegistry& functions,
                             const ExceptionTable& exceptions, std::shared_ptr<Runtime> runtime,
                             std::function<void(ScriptEntry&)> on_returned)
    : options_(options),
      log_(log),
      names_(names),
      hooks_(hooks),
      clock_(clock),
      module_(*ModuleAccess::data(options.module)),
      host_(host),
      port_(port),
      functions_(functions),
      exceptions_(exceptions),
      runtime_(std::move(runtime)),
      on_returned_(std::move(on_returned)) {}

Result<std::unique_ptr<ScriptEntry>> ScriptFactory::make_entry(const std::filesystem::path& path,
                                                               LoadOptions options) const {
  for (const Attribute& attribute : options.attributes) {
    if (std::ranges::find(module_.attributes, attribute.name, &Attribute::name) ==
        module_.attributes.end()) {
      return fail(ErrorCode::kBadArguments, "LoadOptions::attributes: the module " + module_.name +
                                                " has no attribute '" + attribute.name + "'");
    }
  }
  auto entry = std::make_unique<ScriptEntry>(hooks_, clock_, log_);
  entry->path = path;
  entry->options = std::move(options);
  entry->cpu_share =
      entry->options.python.cpu_share.value_or(options_.python.cpu_share.value_or(0));
  // This sets field by field, because GCC 12 at -O3 warns of uninitialised strings in a temporary
  // context.
  ScriptContext& context = entry->context;
  context.caller.name = path.stem().string();
  context.path = path.string();
  context.module = &module_;
  context.attributes = &entry->options.attributes;
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access)
  context.codec = entry->options.codec ? &*entry->options.codec : &options_.codec;
  context.max_value_bytes = value_limit(entry->options.python, options_.python);
  entry->value_limit = context.max_value_bytes;
  context.host = &host_;
  context.port = &port_;
  context.functions = &functions_;
  context.exceptions = &exceptions_;
  return entry;
}

std::unique_ptr<ScriptRunner> ScriptFactory::make_runner(ScriptEntry& entry,
                                                         ScriptGeneration& generation) {
  ScriptRunnerOptions runner{
      .interpreter = {.codec = *entry.context.codec,
                      .host_context = &generation.context,
                      .module = {module_.name, host_module_definition()},
                      .stdout_to_stderr = options_.stdout_to_stderr,
                      .raise = &raise_in_python,
                      .translate = [&table = exceptions_](
                                       const auto& thrown) { return table.translate(thrown); },
                      .on_left_behind =
                          [this, &entry](void* context, const auto& threads) {
                            leave_behind(entry, *static_cast<const ScriptContext*>(context),
                                         threads);
                          },
                      .is_busy =
                          [](void* context) {
                            return static_cast<ScriptContext*>(context)->calls_under_way > 0;
                          }},
      .path = entry.path,
      .own = entry.options.python,
      .general = options_.python,
      .farewell = options_.farewell,
      .names = &names_,
      .hooks = &generation.hooks,
      .reloads_in_place = &entry.reloads_in_place,
      .interpreter_number = &entry.interpreter_number,
      .cpu_time = &entry.cpu_time,
      .value_limit = &entry.value_limit,
      .cpu_share = &entry.cpu_share,
      .shares_worker = options_.workers != 0,
      .late_functions = &functions_.was_used(),
      .interrupter = &generation.interrupter,
      .on_returned = [this, &entry] { on_returned_(entry); },
      .errors = &entry.errors,
      .log = &log_,
      .unclosed_streams = entry.unclosed_streams};
  runner.interpreter.max_value_bytes = entry.context.max_value_bytes;
  runner.interpreter.before_first_stream = kStreamsOfOneRun * generation.context.caller.run;
  return std::make_unique<ScriptRunner>(runtime_, std::move(runner));
}

void ScriptFactory::leave_behind(const ScriptEntry& entry, const ScriptContext& context,
                                 const std::vector<std::string>& threads) {
  context.gate.close();
  left_behind_.store(true);
  log_.warn(
      "{}: threads of it ({}) have not ended with it, as they sleep, read or catch SystemExit: "
      "the memory of its interpreter stays until the process ends",
      entry.name(), fmt::join(threads, ", "));
}

}  // namespace hookline::detail
