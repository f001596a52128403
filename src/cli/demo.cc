#include "cli/demo.h"

#include <sys/resource.h>

#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "hookline/future.h"
#include "hookline/script_info.h"
namespace hookline::cli {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kProgressInterval = std::chrono::milliseconds(900);

// Each client needs two descriptors: its own, and that of its session in the hub.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

// Finds the folder of the example scripts: ./examples/demo, or else its place relative to the
// executable, in a build tree or as installed.
std::optional<std::filesystem::path> find_example_scripts() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& folder : {
           fs::path("examples/demo"),
           program / "../../examples/demo",     // build/release/hookline
           program / "../../../examples/demo",  // build/release/tests/cli_demo_test
           program / "../share/hookline/demo",
       }) {
    if (fs::is_directory(folder, ignored)) {
      return folder.lexically_normal();
    }
  }
  return std::nullopt;
}

Result<std::filesystem::path> find_scripts(const DemoOptions& options) {
  std::error_code ignored;
  if (options.scripts) {
    if (!std::filesystem::is_directory(*options.scripts, ignored)) {
      return fail(ErrorCode::kScriptNotFound, "--scripts: there is no folder " + *options.scripts);
    }
    return *options.scripts;
  }
  if (auto examples = find_example_scripts()) {
    return *std::move(examples);
  }
  return fail(ErrorCode::kScriptNotFound,
              "the example scripts were not found: name a folder of scripts with --scripts");
}

void add_if(bool wrong, std::string sentence, DemoReport& report) {
  if (wrong) {
    report.problems.push_back(std::move(sentence));
  }
}

}  // namespace

hub::HubConfig make_demo_config(const DemoOptions& options, const std::filesystem::path& scripts) {
  hub::HubConfig config;
  config.name = "hookline demo";
  config.address = "127.0.0.1";
  config.port = 0;
  config.max_users = options.clients + 1;
  config.commands_per_second = 0;
  config.login_timeout = options.stall;
  config.idle_timeout = Duration::zero();
  config.script_folder = scripts;
  // The demo fails if a line is decided without its scripts, so they get a lot of time.
  config.decision_deadline = 2 * options.stall;
  config.variables = {
      {{"word_filter", "forbidden"}, std::string(Traffic::kForbiddenWord)},
      {{"word_filter", "mild"}, std::string(Traffic::kMildWord)},
      // Limits only repeated lines, and neither forgives nor kicks, so that the number of blocked
      // lines does not depend on the speed of the machine.
      {{"flood_guard", "lines"}, "0"},
      {{"flood_guard", "repeats"}, std::to_string(Traffic::kRepeats)},
      {{"flood_guard", "kick_after"}, "0"},
      {{"flood_guard", "forgive_seconds"}, "1000000000"},
  };
  return config;
}

Demo::Demo(DemoOptions options, Watcher watcher)
    : options_(std::move(options)),
      watcher_(std::move(watcher)),
      traffic_(options_.clients, options_.messages) {}

Demo::~Demo() = default;

Result<void> Demo::start_hub() {
  const auto scripts = find_scripts(options_);
  if (!scripts) {
    return std::unexpected(scripts.error());
  }
  auto hub = HubThread::start(make_demo_config(options_, *scripts));
  if (!hub) {
    return std::unexpected(hub.error());
  }
  hub_ = *std::move(hub);
  for (const auto& script : hub_->loaded()) {
    if (!script.id) {
      Error error = script.id.error();
      error.message = script.path.string() + " could not be loaded: " + error.message;
      return std::unexpected(std::move(error));
    }
  }
  return {};
}

Result<void> Demo::await(ClientFleet::Phase phase) {
  ClientFleet::Progress before;
  auto moved_at = SteadyClock::now();
  auto asked_at = moved_at;
  while (true) {
    const auto reached = fleet_->wait_for(phase, kProgressInterval);
    const auto progress = fleet_->progress();
    const auto now = SteadyClock::now();
    const std::chrono::duration<double> interval = now - std::exchange(asked_at, now);
    watcher_(progress, static_cast<double>(progress.decided - before.decided) / interval.count());
    if (reached == ClientFleet::Phase::kFailed) {
      fleet_->stop();
      return fail(ErrorCode::kCancelled, fleet_->failure());
    }
    if (reached >= phase) {
      return {};
    }
    if (progress != before) {
      moved_at = now;
    } else if (now - moved_at > options_.stall) {
      fleet_->stop();
      return fail(ErrorCode::kDeadlineExceeded,
                  "nothing has moved for " + std::to_string(options_.stall.count()) +
                      " s: " + grouped(progress.decided) + " of " + grouped(options_.messages) +
                      " lines are decided; " + fleet_->waiting_for());
    }
    before = progress;
  }
}

std::uint64_t Demo::calls_started() {
  std::uint64_t calls = 0;
  for (const ScriptInfo& script : hub_->hub().scripts().scripts()) {
    calls += script.mailbox.started;
  }
  return calls;
}

Result<DemoReport> Demo::run() {
  raise_file_limit();
  if (auto started = start_hub(); !started) {
    return std::unexpected(started.error());
  }
  fleet_ = std::make_unique<ClientFleet>(traffic_, hub_->hub().port(), options_.window);
  if (auto ready = await(ClientFleet::Phase::kReady); !ready) {
    return std::unexpected(ready.error());
  }
  const hub::HubStats before = hub_->hub().stats();
  const std::uint64_t calls_before = calls_started();
  fleet_->begin();
  if (auto done = await(ClientFleet::Phase::kDone); !done) {
    return std::unexpected(done.error());
  }
  const hub::HubStats after = hub_->hub().stats();
  const std::uint64_t calls = calls_started() - calls_before;
  fleet_->stop();

  DemoReport report = account(before, after, calls);
  if (auto asked = ask_scripts(report); !asked) {
    return std::unexpected(asked.error());
  }
  find_problems(report);
  return report;
}

DemoReport Demo::account(const hub::HubStats& before, const hub::HubStats& after,
                         std::uint64_t calls) {
  const DeliveryReport delivery = fleet_->report();
  DemoReport report;
  report.messages = fleet_->progress().sent;
  report.delivered = delivery.delivered;
  report.duplicates = delivery.duplicates;
  report.out_of_order = delivery.out_of_order;
  report.allowed = after.chat_allowed - before.chat_allowed;
  report.blocked = after.chat_blocked - before.chat_blocked;
  report.replaced = after.chat_replaced - before.chat_replaced;
  report.late_decisions = after.late_decisions - before.late_decisions;
  const std::uint64_t accounted = report.blocked + report.delivered;
  report.lost = report.messages > accounted ? report.messages - accounted : 0;
  report.clients = options_.clients;
  for (const ScriptInfo& script : hub_->hub().scripts().scripts()) {
    const auto latencies = hub_->hub().scripts().latencies(script.id).value_or(ScriptLatencies());
    report.scripts.push_back(script.name);
    report.script_stats.push_back({.script = script.name,
                                   .calls = script.mailbox.started,
                                   .errors = script.errors,
                                   .queue_wait = latencies.queue_wait,
                                   .run = latencies.run});
  }
  report.seconds = fleet_->elapsed().count();
  report.messages_per_s = static_cast<double>(report.messages) / report.seconds;
  report.hooks_per_s = static_cast<double>(calls) / report.seconds;
  report.decision_p50_us = after.decision_p50_us;
  report.decision_p99_us = after.decision_p99_us;
  report.hub_cpu_us_per_message = (after.loop_cpu_seconds - before.loop_cpu_seconds) * 1e6 /
                                  static_cast<double>(report.messages);

  add_if(delivery.incomplete != 0,
         grouped(delivery.incomplete) + " lines reached some clients and not others", report);
  add_if(fleet_->unknown_lines() != 0,
         grouped(fleet_->unknown_lines()) + " lines came that no client has sent so", report);
  add_if(delivery.altered > report.replaced,
         grouped(delivery.altered) + " lines arrived with another text, but the scripts replaced " +
             grouped(report.replaced),
         report);
  return report;
}

Result<void> Demo::ask_scripts(DemoReport& report) {
  ScriptHost& scripts = hub_->hub().scripts();
  for (const ScriptInfo& script : scripts.scripts()) {
    const CallOptions options{.timeout = options_.stall};
    const auto answer = scripts.call(script.id, "hooks_seen", {}, options).get();
    if (!answer && answer.error().code == ErrorCode::kDeadlineExceeded) {
      return fail(ErrorCode::kDeadlineExceeded, script.name + " does not answer hooks_seen()");
    }
    if (!answer) {
      add_if(answer.error().code != ErrorCode::kFunctionNotFound,
             script.name + " was asked for hooks_seen(): " + answer.error().to_string(), report);
      continue;
    }
    const auto* count = answer->as<std::int64_t>();
    if (count == nullptr) {
      report.problems.push_back(script.name + ".hooks_seen() is no number: " + answer->repr());
      continue;
    }
    report.script_count = *count;
    add_if(std::cmp_not_equal(*count, report.messages),
           script.name + " has seen " + std::to_string(*count) + " lines, but " +
               grouped(report.messages) + " were sent",
           report);
  }
  return {};
}

void Demo::find_problems(DemoReport& report) const {
  add_if(report.lost != 0, grouped(report.lost) + " lines are lost", report);
  add_if(report.delivered + report.blocked > report.messages,
         "lines were delivered that had been blocked", report);
  add_if(report.duplicates != 0, grouped(report.duplicates) + " lines came twice", report);
  add_if(report.out_of_order != 0,
         grouped(report.out_of_order) + " lines came after a later one of the same sender", report);
  add_if(report.late_decisions != 0,
         grouped(report.late_decisions) + " lines were decided without waiting for their scripts",
         report);
  add_if(report.allowed + report.replaced + report.blocked != report.messages,
         "the hub has decided about " + grouped(report.allowed + report.replaced + report.blocked) +
             " lines, not " + grouped(report.messages),
         report);
  const auto expected = traffic_.expected();
  add_if(
      is_examples() && (report.allowed != expected.allowed || report.blocked != expected.blocked ||
                        report.replaced != expected.replaced),
      "the example scripts should have allowed " + grouped(expected.allowed) + ", replaced " +
          grouped(expected.replaced) + " and blocked " + grouped(expected.blocked),
      report);
}

}  // namespace hookline::cli
