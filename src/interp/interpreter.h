#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/options.h"
#include "hookline/value.h"
#include "interp/iterator_table.h"
#include "interp/py_error.h"
#include "interp/runtime.h"
#include "marshal/argument_pack.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"
#include "marshal/request.h"

namespace hookline::detail {

class Interrupter;

// Is a module of the host that scripts can import. The definition must be multi-phase, declare
// Py_MOD_PER_INTERPRETER_GIL_SUPPORTED, and live as long as the process. The module is made under
// the name given here when it is imported first, and again after it was taken out of sys.modules.
struct HostModule {
  std::string name;
  PyModuleDef* definition = nullptr;  // nullptr: there is no such module
};

struct InterpreterOptions {
  TextCodec codec;
  // host_context() returns this to the module of the host (interp/host_context.h). It is not owned,
  // and must outlive the interpreter.
  void* host_context = nullptr;
  HostModule module = {};
  // Makes print() write to stderr, so that stdout is the host's alone (`hookline call`).
  bool stdout_to_stderr = false;
  // Raises an error of C++ in Python. nullptr means as a RuntimeError.
  RaiseError raise = nullptr;
  // Converts a C++ exception of a producer to an error. An empty function means an error with its
  // what(). Objects that the function refers to must outlive the interpreter.
  TranslateException translate = nullptr;
  Gil gil = Gil::kOwn;
  // Limits the memory of the interpreter, in bytes; nullopt: no limit. In the main interpreter
  // (Gil::kMain) memory counts from the interpreter's start on. It has no effect with
  // RuntimeOptions::use_system_malloc.
  std::optional<std::size_t> memory_limit = std::nullopt;
  // Limits what a copy of a result, or of an item of a stream, may take: MarshalOptions::max_bytes.
  std::size_t max_value_bytes = kDefaultMaxBytes;
  // A virtual environment whose packages the script can import; empty: none. create() returns
  // kBadArguments if it is not a virtual environment, or one of another Python version.
  std::filesystem::path venv;
  // The first stream gets the next number. An interpreter that replaces another one continues its
  // numbers, so that their streams are not confused.
  std::int64_t before_first_stream = 0;
  // The destructor calls this, on its thread and attached, if threads of the script with these
  // names have not ended in time, because nothing can stop a thread that waits in C, as for a pipe.
  // They get SystemExit when they return from that, but the script may handle it. Therefore the
  // interpreter is not ended; it stays for these threads until the process ends, with everything
  // that it refers to.
  std::function<void(void* host_context, const std::vector<std::string>& threads)> on_left_behind;
  // Returns whether a thread of the script is inside of a function of the host. The destructor
  // waits for such threads, however long it takes. It is called as on_left_behind is.
  std::function<bool(void* host_context)> is_busy;
};

// Names a function of the script that was resolved. Valid until the script is loaded again or the
// interpreter ends.
enum class FunctionId : std::uint32_t {};

// Says which object a call of a resolved function means, if the script has bound its name to
// another one since.
enum class Binding : std::uint8_t {
  kResolved,  // the one that was resolved: for hooks, and functions that a host holds
  kCurrent,   // the one that the name is bound to now: for calls by name
};

// Owns one sub-interpreter and the one script in it. It has a GIL of its own unless its options say
// otherwise.
//
// Thread safety: none. REQUIRES: it is created, used and destroyed on one thread, its worker, which
// has one long-lived thread state in it. Between calls the worker releases the GIL (see Attached),
// so that the script's own threads run.
class Interpreter {
 public:
  // Creates an interpreter, to which no thread is attached. Fails with kBadArguments if CPython
  // cannot create one or the options are wrong. REQUIRES: the calling thread is attached to no
  // interpreter.
  [[nodiscard]] static Result<std::unique_ptr<Interpreter>> create(std::shared_ptr<Runtime> runtime,
                                                                   InterpreterOptions options = {});
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  // Joins the script's threads, runs its atexit handlers, flushes its output and ends the
  // interpreter, whether or not it is attached. SystemExit is raised in threads that have not ended
  // after four seconds, and immediately in daemon threads (which those of `_thread` are). Threads
  // that have not ended a second later are abandoned: see InterpreterOptions::on_left_behind.
  ~Interpreter();

  // Holds the interpreter's GIL while it lives. It must not be nested.
  class Attached {
   public:
    explicit Attached(Interpreter& interpreter);
    ~Attached();
    Attached(const Attached&) = delete;
    Attached& operator=(const Attached&) = delete;

   private:
    Interpreter& interpreter_;
  };

  // Do the same in explicit steps, for a worker that holds the GIL over a batch.
  void attach();
  void detach();

  // Returns CPython's number of this interpreter, unique in the process; for interpreter_memory().
  [[nodiscard]] std::int64_t number() const;

  // Lets other threads interrupt what this one runs. The caller must ask it after each call whether
  // there is something to clear().
  [[nodiscard]] const std::shared_ptr<Interrupter>& interrupter() const;

  // All functions below REQUIRE that the interpreter is attached, and leave no Python exception
  // set. Those that return a Result fail with kScriptRaised and the type MemoryError if C++ has no
  // memory for what they copy.

  // Runs the file at `path`, or the package in that folder, as a module named after its stem
  // (interp/script.h says what happens if that name is taken). Its folder becomes importable.
  //
  // Loading again replaces the script: it makes a fresh module, and fresh copies of the modules
  // that it imported from its folder. If loading fails (kScriptNotFound, or kScriptRaised with the
  // line of a syntax error), the script that was loaded before stays as it was, including its
  // FunctionIds.
  [[nodiscard]] Result<void> load_script(const std::filesystem::path& path);

  // Says whether the script's module got another name, because its own is that of a module of the
  // standard library or of the host.
  [[nodiscard]] bool is_script_renamed() const;

  // Loads a script in place of the old one in this interpreter, for scripts that cannot have a
  // fresh one (Gil::kMain). On success it calls the function `farewell` of the old script, if there
  // is one, and puts its error into `said`; it ends the old script's daemon threads, and
  // invalidates the handles to its objects.
  [[nodiscard]] Result<void> replace_script(const std::filesystem::path& path,
                                            std::string_view farewell, Result<void>& said);

  // Resolves a module-level function, or an attribute of a global ("Config.reload"). Fails with
  // kFunctionNotFound or kNotCallable, or with kScriptNotFound if no script is loaded.
  [[nodiscard]] Result<FunctionId> resolve(std::string_view name);

  // Says the least and largest number of positional arguments of a function; `max` is -1 if there
  // is no limit or it cannot be determined. Old scripts may take fewer than the host passes
  // (OnTimer).
  struct Arity {
    int min = 0;
    int max = -1;
  };
  [[nodiscard]] Arity arity(FunctionId function);

  // Calls the function and copies the result out. Every exception, including SystemExit and
  // KeyboardInterrupt, becomes kScriptRaised with type, message and traceback. Fails with
  // kFunctionNotFound if the script was loaded again since `function` was resolved, or if its name
  // is bound to nothing and Binding::kCurrent is asked for.
  [[nodiscard]] Result<Value> invoke(FunctionId function, std::span<const Value> args,
                                     TextMode text = TextMode::kExact,
                                     Binding binding = Binding::kResolved);
  [[nodiscard]] Result<Value> invoke_packed(FunctionId function, const PackedView& args,
                                            TextMode text = TextMode::kExact,
                                            Binding binding = Binding::kResolved);
  // Does the same for a name (may be dotted), which is looked up at each call, because a script may
  // rebind it.
  [[nodiscard]] Result<Value> invoke(std::string_view name, std::span<const Value> args,
                                     TextMode text = TextMode::kExact);

  // Does the same for a request by name, which may have extras. Its function is not used.
  [[nodiscard]] Result<Value> invoke(const Request& request);
  // Calls a function as invoke() does and opens a stream of its result, a generator or anything
  // iterable. With a target that cannot be called, and neither name nor arguments, it iterates over
  // the target itself. pull_stream() reads the stream until it has ended or is closed: by
  // close_stream(), by the end of the interpreter, or when the script is loaded again.
  // IteratorTable says how much one pull returns and which errors there are.
  [[nodiscard]] Result<StreamId> open_stream(const Request& request);
  [[nodiscard]] Result<StreamItems> pull_stream(StreamId stream, std::size_t most,
                                                TextMode text = TextMode::kExact,
                                                std::size_t most_bytes = IteratorTable::kMostBytes);
  [[nodiscard]] Result<void> close_stream(StreamId stream);
  void close_streams();

 private:
  Interpreter(std::shared_ptr<Runtime> runtime, InterpreterOptions options);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::detail
