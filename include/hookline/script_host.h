#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/clock.h"
#include "hookline/hook.h"
#include "hookline/options.h"
#include "hookline/value.h"

struct uv_loop_s;  // libuv's uv_loop_t. NOLINT(*-identifier-naming)

#pragma GCC visibility push(default)
namespace hookline {

struct Error;  // <hookline/error.h>
template <class T>
class Future;     // <hookline/future.h>
class EventLoop;  // <hookline/loop.h>
class Executor;
class ResultHandler;
template <class Signature>
class ScriptFunction;  // <hookline/typed_call.h>
struct HookEvent;      // <hookline/typed_hook.h>
struct ScriptInfo;     // <hookline/script_info.h>
struct ScriptLatencies;
struct UnfinishedScript;
class ValueStream;  // <hookline/stream.h>
struct StreamOptions;
namespace detail {
struct HostAccess;
// This name says which header defines the templates of ScriptHost.
template <class T>
struct include_hookline_typed_call_h;  // NOLINT(*-identifier-naming)
template <class F>
struct include_hookline_typed_hook_h;  // NOLINT(*-identifier-naming)
}  // namespace detail

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

// Receives one message of the log, without a line end; a traceback is in further lines. It is
// called on any thread, also on several at the same time. It must not throw or call the ScriptHost.
using LogFunction = std::function<void(LogLevel level, std::string_view text)>;

// Configures a ScriptHost, which keeps a copy. Thread safety of all options: as for std::string.
struct ScriptHostOptions {
  // The hooks, in the order of their numbers. Their texts and rules must outlive the ScriptHost.
  std::vector<HookRow> hooks = {};
  Module module{};                  // Scripts import it.
  std::string farewell = "UnLoad";  // The function of a script that is called before it ends.
  TextCodec codec = {};  // The host's encoding: texts that scripts get as str are decoded with it.
  MailboxOptions mailbox = {};
  std::size_t workers = 0;  // 0: each script has its own thread; N: scripts share N threads.
  // Limits the time of a decision. Late and missed answers count as `late_answer_allows` says,
  // unless the hook says otherwise. Late scripts still see the event.
  Duration decision_deadline = std::chrono::seconds(2);
  bool late_answer_allows = true;
  Duration load_limit = std::chrono::seconds(60);  // Limits load() and reload().
  // Limits shutdown() in real time, and the calls that unload() still runs by the clock.
  Duration end_patience = std::chrono::seconds(10);
  // A call that runs for `interrupt_after` gets an exception; after `quarantine_after` it is left
  // behind with its thread, and the script runs again in a fresh interpreter. kForever: never. A
  // script that is left behind more than `quarantines` times in ten minutes is not run again.
  Duration interrupt_after = std::chrono::seconds(10);
  Duration quarantine_after = std::chrono::seconds(30);
  std::size_t quarantines = 3;
  PythonOptions python = {};  // The default for scripts that set nothing.
  // The bytes that all scripts of this process may hold together; 0: this host sets no limit. It
  // also holds for the scripts of other hosts, and ends with this one; of several the least counts.
  // In any case scripts leave 128 MiB of what the process may have.
  std::size_t memory_total = 0;
  bool stdout_to_stderr = false;                 // Scripts print to stderr.
  std::filesystem::path python_executable = {};  // Its standard library is used: docs/install.md.
  LogFunction log = {};                          // Empty: warnings and errors go to stderr.
  // Whether stderr names the script that runs when SIGSEGV or the like comes: see docs/host.md.
  bool report_crashes = false;
  // The clock of timeouts, deadlines and log budgets; nullptr: Clock::system(). It is not owned,
  // and must outlive the ScriptHost. Only hookline's own tests can make another one.
  Clock* clock = nullptr;
};

// Says how load() loads one script. Unset fields but `number` fall back to ScriptHostOptions.
struct LoadOptions {
  // Replaces attributes of the module for this script; a name that it lacks is kBadArguments.
  std::vector<Attribute> attributes = {};
  std::optional<TextCodec> codec = std::nullopt;
  // Sets Caller::number, and `script_id` of the script's module, which otherwise are its ScriptId.
  std::optional<std::int64_t> number = std::nullopt;
  PythonOptions python = {};
};

struct ShutdownOptions {
  Drain drain = Drain::kRun;
  std::optional<Duration> patience = std::nullopt;  // Replaces end_patience.
  // If true, gives up on scripts that have not ended by then: their calls into the host fail with
  // kShuttingDown. Otherwise these calls wait until another shutdown() serves them.
  bool abandon = true;
};

// Is told what happens to scripts. A host that wants to know overrides these functions, which do
// nothing by default and must not throw. Ownership: the ScriptHost does not own it.
// Thread safety: all functions are called on the host thread.
class Host {
 public:
  virtual ~Host() = default;
  // Is called when a script has set its own name and version with `introduce` of the module, in the
  // order of the script's calls. The script waits until this returns.
  virtual void on_script_named(const std::string& name, const std::string& version,
                               const Caller& caller);
  // Is called when a script has ended, has failed to load, or has been replaced by a reload, but
  // not when it ends with the ScriptHost. The host may free what it keeps for this run. It comes
  // after all calls of the script, and before those of one that is loaded once unload() is done.
  virtual void on_script_unloaded(const Caller& caller);
  // Is called with a sentence about a script for operators, such as that it is late and not waited
  // for, was interrupted, or is in time again. The log has it, too; its budget limits these calls.
  virtual void on_script_notice(const Caller& caller, const std::string& notice);
};

// Runs the scripts of a C++ server.
//
// Events go to every script that has the hook, in parallel, each with the original arguments; the
// answers are merged in load order, by the hook's rule. Calls go to a function of one script. The
// results of both come in the same ways:
//
//                         event              call             function<R(A...)>() as f
//   nobody awaits it      post()             post()           f.post()
//   future, or co_await   decide()           call()           f(), f.within()
//   on the event loop     decide_on_loop()   call_on_loop()   f.on_loop()
//   wait for it           decide_wait()      call_wait()      f.wait()
//
// While the host thread waits, it serves the scripts' calls into the host. Each script sees the
// events and calls of one thread in their order.
//
// Thread safety: all methods from any thread, but for decide_on_loop(), call_on_loop(),
// attach_loop() and detach_loop() (the loop's thread), and shutdown() and the destructor (the host
// thread). The host thread is the one that called create() or, later, attach_loop().
class ScriptHost {
 public:
  // Starts Python (once per process). `host`, which is told about scripts, must outlive the
  // ScriptHost. Error: kBadArguments for a mistake in the module or a hook, or if no Python fits.
  [[nodiscard]] static Result<std::unique_ptr<ScriptHost>> create(Host& host,
                                                                  ScriptHostOptions options = {});
  [[nodiscard]] static Result<std::unique_ptr<ScriptHost>> create(ScriptHostOptions options = {});
  ScriptHost(const ScriptHost&) = delete;
  ScriptHost& operator=(const ScriptHost&) = delete;
  ~ScriptHost();  // Calls shutdown(), unless the last one gave up on scripts.

  // Delivers decisions, and serves the scripts' calls, on this loop (<hookline/loop.h>), in place
  // of an attached one. Throws what EventLoop::start() throws, and then the attached one stays,
  // unless it is the same object, which has to stop before it can start again.
  // REQUIRES: only the calling thread runs the loop. The first does not own the loop, which must
  // live until detach_loop() has returned. The second keeps it until the ScriptHost ends. The third
  // takes a uv_loop_t, which must run once more after detach_loop(); see <hookline/uv.h>.
  void attach_loop(EventLoop& loop);
  void attach_loop(std::shared_ptr<EventLoop> loop);
  void attach_loop(uv_loop_s* loop);
  // Detaches the loop. Pending events get the decision of the answers so far.
  void detach_loop();

  // Loads a script in an interpreter of its own. Errors: kScriptNotFound, kScriptRaised (with the
  // traceback), kBadArguments (the name is taken, or an option does not fit), kShuttingDown,
  // kDeadlineExceeded (load_limit), kScriptUnloaded, kQueueFull (no thread or no memory).
  [[nodiscard]] Future<ScriptId> load(const std::filesystem::path& path, LoadOptions options = {});
  // Runs what was accepted before, for at most end_patience, after which it is kScriptUnloaded;
  // then the script's farewell, and ends its interpreter. Ends a load immediately, with
  // kScriptUnloaded. Errors: kScriptNotFound; kQueueFull (no memory), and then the script goes on.
  [[nodiscard]] Future<void> unload(ScriptId script);

  // Runs the script's file again in a fresh interpreter. If that fails, the old one continues
  // unharmed. Otherwise the old one says farewell and ends, between two calls. Waiting and later
  // calls run in the new one; none is lost or runs twice.
  // The script keeps its id, name, place in load order, mailbox and figures. The old code's
  // streams, handles and resources, and the functions registered for this script alone, end as with
  // unload(). Errors: as load(); kScriptNotFound; kScriptUnloaded if it is unloaded meanwhile.
  [[nodiscard]] Future<void> reload(ScriptId script);

  // Describes the loaded scripts, in load order.
  [[nodiscard]] std::vector<ScriptInfo> scripts() const;
  // Describes scripts that are being loaded, or whose code has not returned since unload().
  [[nodiscard]] std::vector<UnfinishedScript> unfinished() const;
  // Returns nullopt if there is no such script (any more). Takes a few microseconds.
  [[nodiscard]] std::optional<ScriptLatencies> latencies(ScriptId script) const;
  // Finds a script by its name or by the path of its file.
  [[nodiscard]] std::optional<ScriptId> find(std::string_view name) const;

  // Returns the table of hooks, which lives as long as the ScriptHost.
  [[nodiscard]] std::span<const HookRow> hooks() const;
  // Finds a hook by its name, or a TypedHook by its name and arguments, or returns nullopt.
  [[nodiscard]] std::optional<Hook> find_hook(std::string_view name) const;
  [[nodiscard]] std::optional<Hook> find_hook(const HookRow& hook) const;
  // Returns whether any script has the hook: if not, a host need not prepare the event.
  [[nodiscard]] bool hooked(Hook hook) const;
  [[nodiscard]] bool hooked(const HookRow& hook) const;
  [[nodiscard]] bool hooked(ScriptId script, Hook hook) const;
  // Returns the scripts that have it, in load order.
  [[nodiscard]] std::vector<ScriptId> hooked_by(Hook hook) const;

  // Returns false if the mailbox of a script that has the hook is full. The thread of a loop does
  // not wait there, also with Overflow::kBlock: a host that can put events off waits for room().
  [[nodiscard]] bool has_room(Hook hook) const;
  // Returns a future that is ready when has_room() may be true. Ask again then: others may have
  // taken the room. It is ready immediately if has_room(), and with other policies than kBlock.
  [[nodiscard]] Future<void> room(Hook hook);

  // Each of these takes an event of a TypedHook, whose arguments the compiler has checked, or a
  // hook and its arguments. These must be those of the hook's row in number and kind, which is
  // checked in every build: an event that does not fit is logged and not sent. Neither is one that
  // is to be decided although its hook only observes.

  // Sends an event that nobody awaits. It costs an enqueue for each script that has the hook.
  void post(const HookEvent& event);
  void post(Hook hook, std::initializer_list<Argument> args);
  // Returns the future of the decision, which is there after `deadline` at the latest, in place of
  // ScriptHostOptions::decision_deadline. Error: kBadArguments if the event does not fit.
  [[nodiscard]] Future<Decision> decide(const HookEvent& event,
                                        std::optional<Duration> deadline = std::nullopt);
  [[nodiscard]] Future<Decision> decide(Hook hook, std::initializer_list<Argument> args,
                                        std::optional<Duration> deadline = std::nullopt);
  // Waits for the decision, in real time. An event that does not fit counts as missed.
  [[nodiscard]] Decision decide_wait(const HookEvent& event,
                                     std::optional<Duration> deadline = std::nullopt);
  [[nodiscard]] Decision decide_wait(Hook hook, std::initializer_list<Argument> args,
                                     std::optional<Duration> deadline = std::nullopt);
  // Hands the decision to the handler, which is not owned, on the attached loop. Refuses events
  // that do not fit, and every event while no loop is attached.
  [[nodiscard]] Asked decide_on_loop(const HookEvent& event, DecisionHandler& handler);
  [[nodiscard]] Asked decide_on_loop(Hook hook, std::initializer_list<Argument> args,
                                     DecisionHandler& handler);
  // Do the same with a `void(const Decision&)`, which must not throw (<hookline/typed_hook.h>).
  template <std::invocable<const Decision&> F>
  [[nodiscard]] Asked decide_on_loop(const HookEvent& event, F handler) {
    return detail::include_hookline_typed_hook_h<F>::decide(*this, std::move(handler), event);
  }
  template <std::invocable<const Decision&> F>
  [[nodiscard]] Asked decide_on_loop(Hook hook, std::initializer_list<Argument> args, F handler) {
    return detail::include_hookline_typed_hook_h<F>::decide(*this, std::move(handler), hook, args);
  }

  // Sends an event to one script, if it has the hook. `args` are not checked against the hook.
  void post(ScriptId script, Hook hook, List args);
  // Does the same; the future has what the script returned, as it is, or kFunctionNotFound if it
  // does not have the hook. Other errors, and results without a meaning, are also logged.
  [[nodiscard]] Future<Value> ask(ScriptId script, Hook hook, List args,
                                  Duration timeout = kForever);

  // Returns an executor that runs jobs on the host thread, between the calls that scripts make into
  // the host. It discards them after shutdown(), and lives as long as the ScriptHost.
  [[nodiscard]] Executor& host_executor();

  // Calls a function of one script: call("stats", "get_user_data", {"nick", 12345}). The name means
  // what the script has bound to it when the call runs.
  [[nodiscard]] Future<Value> call(ScriptRef script, Callee callee,
                                   std::initializer_list<Argument> args, CallOptions options = {});
  [[nodiscard]] Future<Value> call(ScriptRef script, Callee callee, List args,
                                   CallOptions options = {});
  [[nodiscard]] Future<Value> call(ScriptRef script, ScriptCall call);
  // Calls a function of one script, whose result nobody awaits. Errors are logged.
  void post(ScriptRef script, Callee callee, std::initializer_list<Argument> args);
  // Hands the result to the handler on the attached loop, exactly once.
  // Errors do not call the handler: no such script; kBadArguments (no loop, or a timeout).
  [[nodiscard]] Result<void> call_on_loop(ScriptRef script, Callee callee,
                                          std::initializer_list<Argument> args,
                                          ResultHandler& handler);
  [[nodiscard]] Result<void> call_on_loop(ScriptRef script, ScriptCall call,
                                          ResultHandler& handler);
  // Do the same with a `void(Result<T>)`, which must not throw (<hookline/typed_call.h>).
  template <class T = Value, std::invocable<Result<T>> F>
  [[nodiscard]] auto call_on_loop(ScriptRef script, Callee callee,
                                  std::initializer_list<Argument> args, F handler) {
    return detail::include_hookline_typed_call_h<T>::call_on_loop(*this, script, std::move(handler),
                                                                  std::move(callee), args);
  }
  template <class T = Value, std::invocable<Result<T>> F>
  [[nodiscard]] auto call_on_loop(ScriptRef script, ScriptCall call, F handler) {
    return detail::include_hookline_typed_call_h<T>::call_on_loop(*this, script, std::move(handler),
                                                                  std::move(call));
  }

  // Calls with arguments and a result of C++ types (<hookline/convert.h>), and takes keywords and
  // CallOptions among the arguments. Needs <hookline/typed_call.h>.
  //   call<std::vector<std::string>>("stats", "top", 10, kw("by", "share"))
  // A result of another type is kBadArguments: "result[3]: expected str, got int". With T = void
  // the result does not matter, with T = Handle it stays in the script (ScriptCall::keeps_result).
  // A List that is the only argument is the list of arguments, as above.
  template <class T = Value, class... Args>
  [[nodiscard]] Future<T> call(ScriptRef script, Callee callee, Args&&... args) {
    return detail::include_hookline_typed_call_h<T>::call(*this, script, std::move(callee),
                                                          std::forward<Args>(args)...);
  }
  // Does the same and waits for the result, as Future::get() does.
  template <class T = Value, class... Args>
  [[nodiscard]] Result<T> call_wait(ScriptRef script, Callee callee, Args&&... args) {
    return call<T>(script, std::move(callee), std::forward<Args>(args)...).get();
  }
  template <class T>
  [[nodiscard]] Future<T> call(ScriptRef script, Callee callee,
                               std::initializer_list<Argument> args, CallOptions options = {}) {
    return detail::include_hookline_typed_call_h<T>::call_views(*this, script, std::move(callee),
                                                                args, options);
  }
  template <class T>
  [[nodiscard]] Future<T> call(ScriptRef script, Callee callee, List args,
                               CallOptions options = {}) {
    return detail::include_hookline_typed_call_h<T>::call_list(*this, script, std::move(callee),
                                                               std::move(args), options);
  }

  // Returns a function of one script, to be called often: it is resolved once for each load of the
  // script, and calling it costs little more than an event. Needs <hookline/typed_call.h>.
  //   auto greet = scripts->function<std::string(std::string)>("stats", "greet");
  //   Future<std::string> greeting = greet("ann");
  // The script need not be loaded yet. `text` is the mode of texts in arguments and results.
  template <class Signature>
  [[nodiscard]] ScriptFunction<Signature> function(ScriptRef script, std::string_view name,
                                                   TextMode text = TextMode::kExact) {
    return detail::include_hookline_typed_call_h<Signature>::function(*this, script, name, text);
  }

  // Calls a function of one script and reads its result, a generator or other iterable, item by
  // item. A handle to an object that is not callable, such as a generator from call<Handle>(), is
  // read itself. The first item reports errors: a missing script; kBadArguments if the call has a
  // timeout (each next() has its own) or keeps its result (items are copied). The text mode is
  // kHost if either the call or `options` says so.
  [[nodiscard]] ValueStream stream(ScriptRef script, ScriptCall call);
  [[nodiscard]] ValueStream stream(ScriptRef script, ScriptCall call, StreamOptions options);
  [[nodiscard]] ValueStream stream(ScriptRef script, Callee callee, List args);
  [[nodiscard]] ValueStream stream(ScriptRef script, Callee callee, List args,
                                   StreamOptions options);
  // Takes arguments of C++ types, keywords, and StreamOptions. Needs <hookline/typed_call.h>.
  //   stream("stats", "users", "op", kw("by", "share"), StreamOptions{.ahead = 4})
  template <class... Args>
  [[nodiscard]] auto stream(ScriptRef script, Callee callee, Args&&... args) {
    using Item = std::conditional_t<sizeof...(Args) == 0, Value, Value>;  // needs Args
    using Calls = detail::include_hookline_typed_call_h<Item>;
    return Calls::stream(*this, script, std::move(callee), std::forward<Args>(args)...);
  }

  // Adds a function to the module while scripts run (those of Module are quicker to reach). Returns
  // a Result<void>. Needs <hookline/function.h>, which says how.
  //   scripts->def("top", [](std::string by, long most) { ... }, arg("by"), arg("most") = 10)
  template <class F, class... Extras>
  [[nodiscard]] auto def(std::string name, F callable, Extras&&... extras) {
    return detail::include_hookline_function_h<F>::def(*this, std::move(name), std::move(callable),
                                                       std::forward<Extras>(extras)...);
  }
  // Exposes a class whose objects scripts make, use in `with`, and give back. Returns Result<void>.
  template <class T, class F, class... Extras>
  [[nodiscard]] auto def_resource(std::string name, F factory, Extras&&... extras) {
    return detail::include_hookline_function_h<F>::template def_resource<T>(
        *this, std::move(name), std::move(factory), std::forward<Extras>(extras)...);
  }
  // Takes a function or class back; running calls end normally. `script` is the one to which it was
  // exposed, if it was to one only. Returns false if there is none.
  bool undef(std::string_view name, std::optional<ScriptId> script = std::nullopt);
  // Sets the Python exception for a C++ exception that a function of the host throws, by the name
  // of a built-in one ("KeyError"). Any other name means a RuntimeError whose text begins with it.
  template <class Thrown>
  void map_exception(std::string python_type) {
    detail::include_hookline_function_h<Thrown>::map_exception(*this, std::move(python_type));
  }
  void map_exception(bool (*matches)(const std::exception& thrown), std::string python_type);
  // Returns the error that a script gets for a C++ exception, by that map.
  [[nodiscard]] Error to_error(const std::exception_ptr& thrown) const;

  // Rejects new calls, runs or completes accepted ones, unloads every script and detaches the loop.
  // Waits at most `patience`, and returns the names of scripts that have not ended. Another
  // shutdown() waits for them again. Threads of abandoned ones, and Python, outlive the ScriptHost.
  std::vector<std::string> shutdown(ShutdownOptions options = {});

 private:
  friend struct detail::HostAccess;
  struct [[gnu::visibility("hidden")]] Impl;
  explicit ScriptHost(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline
#pragma GCC visibility pop
