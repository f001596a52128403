#pragma once

#include <uv.h>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/submit/delivered_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/call.h"
#include "hookline/clock.h"
#include "hookline/detail/exception_table.h"
#include "hookline/detail/function_registry.h"
#include "hookline/detail/hook_arg.h"
#include "hookline/detail/load_options.h"
#include "hookline/detail/python_options.h"
#include "hookline/detail/script_errors.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/host.h"
#include "hookline/stream.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "hookline/verdict.h"
#include "plugin/types/latency.h"

namespace hookline {

struct ScriptHostOptions {
  HostIdentity identity;
  TextCodec codec;  // of the hub; what scripts get as str is decoded with it
  detail::MailboxOptions mailbox;
  std::size_t workers = 0;  // 0: one per script; N: scripts share N worker threads
  // How long a decision may take before `late_verdict_allows` stands in for the scripts that have
  // not answered. They still see the event.
  Duration verdict_deadline = std::chrono::seconds(2);
  bool late_verdict_allows = true;
  // The host's reads (RunsOn::kCaller) are not thread-safe: they too run on its thread.
  bool reads_on_host = false;
  // Of all scripts; and of each, by name, which is asked first. See ScriptRunnerOptions.
  PythonOptions python;
  std::map<std::string, PythonOptions> python_of;
  bool stdout_to_stderr = false;
  bool use_system_malloc = false;
  // Of deadlines, and of when a script erred or may write to the log again. nullptr:
  // Clock::system(). Must outlive the ScriptHost.
  Clock* clock = nullptr;
};

// Gets the verdict of one event on the event loop.
class VerdictHandler {
 public:
  virtual ~VerdictHandler() = default;
  // Called exactly once per fire() that returned true: on the loop's thread, never inside fire().
  // The handler must live until then; at shutdown it is called from detach_loop().
  virtual void on_verdict(const Verdict& verdict) noexcept = 0;
};

struct ScriptInfo {
  ScriptId id{};
  std::string name;  // the stem of its file
  std::filesystem::path path;
  std::vector<Hook> hooks;
  std::size_t worker = 0;
  detail::MailboxStats mailbox;  // `started` is how many calls it has run
  std::uint64_t errors = 0;      // calls that raised, or returned what cannot be copied
  std::uint64_t missed = 0;      // events that its mailbox did not take, or dropped
  std::optional<LastError> last_error;
  // Of its interpreter's objects, as arena_memory() says: nothing if they share memory with
  // others'.
  std::optional<std::size_t> memory_bytes;
};

// How long the calls of one script have taken since it was loaded; see LaneMetrics for what is
// measured, and docs/metrics.md for what is exact in it.
struct ScriptLatencies {
  detail::LatencySummary queue_wait;  // from being accepted to being started
  detail::LatencySummary run;         // from there to the result being delivered
  detail::LatencySummary total;       // both
};

// Runs the scripts of a hub: what a C++ server embeds.
//
// Events go to every script that has the hook, in parallel, each with the original arguments; their
// answers are merged in load order. Three ways to send one:
//   post()  and forget: costs an enqueue per script
//   wait()  for the verdict, serving the scripts' vh calls meanwhile
//   fire()  and get the verdict on the event loop
// The order of one thread's events is kept for each script.
//
// Thread safety: post(), wait(), call(), stream() and the getters from any thread; load(),
// reload() and unload() too. fire(), attach_loop() and detach_loop() on the loop's thread only. The
// host thread is the one that called create() or, later, attach_loop().
class ScriptHost {
 public:
  // Starts Python (once per process). `host` must outlive the ScriptHost.
  [[nodiscard]] static Result<std::unique_ptr<ScriptHost>> create(Host& host,
                                                                  ScriptHostOptions options = {});
  ScriptHost(const ScriptHost&) = delete;
  ScriptHost& operator=(const ScriptHost&) = delete;
  // shutdown(). On the thread that called create().
  ~ScriptHost();

  // Delivers verdicts, and serves the scripts' calls, on this loop; the calling thread must be the
  // one that runs it. detach_loop() ends that, so that the loop can end: what is pending gets
  // its default verdict.
  void attach_loop(uv_loop_t* loop);
  void detach_loop();

  // For a loop that calls release_wakeups() at the end of each turn, before it sleeps: from here on
  // until detach_loop() the scripts whose workers sleep are woken then, once per turn, and not by
  // each event. Loop's thread.
  void hold_wakeups();
  void release_wakeups();

  // Loads a script in an interpreter of its own. Errors: kScriptNotFound, kScriptRaised (with the
  // traceback), kBadArguments when a script of that name is loaded.
  [[nodiscard]] Future<ScriptId> load(const std::filesystem::path& path, LoadOptions options = {});
  // Loads them in this order. Waits for all; one entry per script.
  struct LoadResult {
    std::filesystem::path path;
    Result<ScriptId> id;
  };
  [[nodiscard]] std::vector<LoadResult> load_all(const std::vector<std::filesystem::path>& paths);
  // The same with all script_files() of a folder.
  [[nodiscard]] std::vector<LoadResult> load_folder(const std::filesystem::path& folder);

  // Runs what was accepted before, then UnLoad() of the script, and ends its interpreter.
  [[nodiscard]] Future<void> unload(ScriptId script);

  // Runs the script's file anew, in a fresh interpreter beside the present one, which goes on
  // unharmed if that fails. If not, UnLoad() of the present one runs and it ends, between two
  // calls: those that wait, and whatever comes, run in the new one. None is lost, none runs twice.
  //
  // The script keeps its id, name, place in load order, mailbox and figures. What belongs to the
  // code that goes ends as with unload(): its streams, handles and resources, and the functions
  // that the host has registered for this script alone. Errors: as load(); kScriptNotFound if there
  // is no such script, kScriptUnloaded if it is unloaded meanwhile.
  [[nodiscard]] Future<void> reload(ScriptId script);

  // In load order.
  [[nodiscard]] std::vector<ScriptInfo> scripts() const;
  // Apart from scripts(), since it reads 45 KB for each script: a few microseconds. Nothing if
  // there is no such script (any more).
  [[nodiscard]] std::optional<ScriptLatencies> latencies(ScriptId script) const;
  // By its name, or by the path of its file.
  [[nodiscard]] std::optional<ScriptId> find(std::string_view name) const;

  // Whether any script has the hook, so that a hub can save the work of preparing an event.
  [[nodiscard]] bool hooked(Hook hook) const;
  // Those that have it, in load order.
  [[nodiscard]] std::vector<ScriptId> hooked_by(Hook hook) const;

  // The arguments must be those of the hook's row in number and kind (checked, in every build: an
  // event that does not fit is logged and not sent).
  void post(Hook hook, std::initializer_list<HookArg> args);
  [[nodiscard]] Verdict wait(Hook hook, std::initializer_list<HookArg> args);
  [[nodiscard]] Verdict wait(Hook hook, std::initializer_list<HookArg> args, Duration deadline);
  // False: no script has the hook, go on at once; the handler is not called.
  [[nodiscard]] bool fire(Hook hook, std::initializer_list<HookArg> args, VerdictHandler& handler);

  // An event for one script alone, whatever others have the hook; its verdict is not merged with
  // theirs. `args` are text in the hub's encoding and numbers.
  [[nodiscard]] bool hooked(ScriptId script, Hook hook) const;
  void post(ScriptId script, Hook hook, List args);
  // The future has what the script returned, as it is. Errors, kFunctionNotFound apart, and results
  // without a meaning are logged.
  [[nodiscard]] Future<Value> ask(ScriptId script, Hook hook, List args,
                                  TimePoint deadline = kNoDeadline);

  // Runs jobs on the host thread, between the calls that scripts make into the host. After shutdown
  // it discards them.
  [[nodiscard]] Executor& host_executor();

  // Calls a function of one script: call("stats", "get_user_data", {"nick", 12345}).
  [[nodiscard]] Future<Value> call(ScriptRef script, Callee function, List args,
                                   CallOptions options = {});
  [[nodiscard]] Future<Value> call(ScriptRef script, ScriptCall call);

  // The same with arguments and a result of C++ types (marshal/convert.h), and with keywords and
  // CallOptions among the arguments:
  //
  //   call<std::vector<std::string>>("stats", "top", 10, kw("by", "share"))
  //
  // A result of another type is kBadArguments: "result[3]: expected str, got int". T may be void:
  // the result does not matter; or Handle: it stays in the script (ScriptCall::keeps_result).
  // Cancelling the future of another T than Value throws the result away, but the function may have
  // been called. A List that is the only argument is the list of arguments, as above.
  // Defined in plugin/typed_call.h.
  template <class T = Value, class... Args>
  [[nodiscard]] Future<T> call(ScriptRef script, Callee function, Args&&... args);
  template <class T>
  [[nodiscard]] Future<T> call(ScriptRef script, Callee function, List args,
                               CallOptions options = {});

  // Exposes a C++ function to scripts; plugin/def.h says how, and has to be included.
  //   scripts->def("get_stats", [](std::string nick, long limit) { ... }, arg("limit") = 10)
  template <class F, class... Extras>
  [[nodiscard]] Result<void> def(std::string name, F function, Extras&&... extras);
  // The same for a class whose objects scripts make, use in `with`, and give back.
  template <class T, class F, class... Extras>
  [[nodiscard]] Result<void> def_resource(std::string name, F factory, Extras&&... extras);
  // Which Python exception a C++ exception of a function of the host becomes ("KeyError").
  template <class Thrown>
  void map_exception(std::string python_type);

  // The C++ functions that scripts find in `vh` beside those of its table, and the exceptions that
  // they throw. From any thread.
  [[nodiscard]] detail::FunctionRegistry& functions() noexcept;
  [[nodiscard]] detail::ExceptionTable& exceptions() noexcept;

  // The same for a result that is to be there on the attached loop: the handler gets it there. It
  // costs less than a future does. An error: no such script, no loop or a deadline (kBadArguments);
  // the handler is not called then. Loop's thread.
  [[nodiscard]] Result<void> call(ScriptRef script, ScriptCall call,
                                  detail::ResultHandler& handler);

  // Calls a function of one script whose result is read item by item: a generator, or whatever else
  // can be iterated over. A handle to an object that cannot be called, such as a generator that
  // call<Handle>() gave, is itself what is read. A script that is not there is the error of the
  // first item.
  [[nodiscard]] ValueStream stream(ScriptRef script, Callee function, List args,
                                   StreamOptions options = {});
  // A deadline of `call`, or a result that is kept, is kBadArguments: a deadline is one of next(),
  // and items are copied. Its text mode counts if it is kHub.
  [[nodiscard]] ValueStream stream(ScriptRef script, ScriptCall call, StreamOptions options = {});
  // The same with arguments of C++ types, and with keywords and StreamOptions among them:
  //
  //   stream("stats", "users", "op", kw("by", "share"), StreamOptions{.ahead = 4})
  //
  // Defined in plugin/typed_call.h.
  template <class... Args>
  [[nodiscard]] ValueStream stream(ScriptRef script, Callee function, Args&&... args);

  // Gives late verdicts whose deadline has passed. attach_loop() has a timer that calls it; with a
  // manual clock, a test does.
  void expire_verdicts();

  // Accepts nothing more, runs or completes what was accepted, unloads every script.
  void shutdown(detail::Drain drain = detail::Drain::kRun);

  // The same, but waits for the scripts no longer than `patience`. Returns the names of those that
  // have not ended by then (one may run for ever); all that is left to do is abandon().
  [[nodiscard]] std::vector<std::string> shutdown_within(detail::Drain drain, Duration patience);
  // Leaves the scripts that have not ended to themselves: the host thread serves what waits for it
  // once more, and from here on what they ask of the host ends with kShuttingDown. Their workers
  // still use this ScriptHost: it must live, and so keeps Python running, until shutdown_within()
  // returns no names. On the thread that called create().
  void abandon();

 private:
  struct Impl;
  explicit ScriptHost(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Every *.py of a folder, and every package, in name order. None if the folder is not there. Any
// thread.
[[nodiscard]] std::vector<std::filesystem::path> script_files(const std::filesystem::path& folder);

}  // namespace hookline
