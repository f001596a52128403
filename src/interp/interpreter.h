#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/detail/keyword.h"
#include "hookline/detail/scalar.h"
#include "hookline/error.h"
#include "hookline/python_options.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "interp/py_error.h"
#include "interp/runtime.h"
#include "interp/stream_items.h"
#include "marshal/py_ref.h"
#include "marshal/scalar_pack.h"

namespace hookline::detail {

struct InterpreterOptions {
  TextCodec codec;
  // What a builtin module of the host finds with Interpreter::host_context(). Not owned; must
  // outlive the interpreter.
  void* host_context = nullptr;
  // print() goes to stderr, so that stdout is left to the host (`hookline call`).
  bool stdout_to_stderr = false;
  // How an error of C++ is raised in Python. nullptr: as RuntimeError.
  RaiseError raise = nullptr;
  // What a C++ exception is that a producer throws. nullptr: an error with its what(). What it
  // refers to must outlive the interpreter.
  TranslateException translate = nullptr;
  Gil gil = Gil::kOwn;
  // A virtual environment whose packages the script can import; empty: none. kBadArguments of
  // create() if it is none, or one of another Python.
  std::filesystem::path venv;
  // Streams are numbered from here on: for an interpreter that takes the place of another one,
  // whose streams must not be taken for its own.
  std::int64_t before_first_stream = 0;
  // Some threads of the script, with these names, have not ended in time: nothing can stop a thread
  // that sleeps or reads. They end when they return from that, but may run what the script has for
  // that case. So the interpreter is not ended but left to them, for as long as the process lives,
  // and with it all that it refers to. Called by the destructor, on its thread, attached.
  std::function<void(void* host_context, const std::vector<std::string>& threads)> on_left_behind;
  // Whether some thread of the script is in a function of the host: that is waited for, however
  // long it takes. Called likewise.
  std::function<bool(void* host_context)> is_busy;
};

// A function of the script, resolved once. Stays valid until the script is loaded again or the
// interpreter ends.
enum class FunctionId : std::uint32_t {};

// A call with more to it than a function and arguments.
struct Invocation {
  // The object to call, or whose attribute `name`, dotted or not, is called; nullptr: what the
  // script has under that name. A handle of another interpreter is kUnsupportedType.
  const Handle* target = nullptr;
  std::string_view name;
  std::span<const Value> args;
  std::span<const Keyword> keywords;
  TextMode text = TextMode::kExact;
  // The result is a Handle to the object itself, of whatever type it is. The object lives until the
  // last copy of that has gone and the interpreter is attached or asked for a function by its name
  // again, or ends. Not for open_stream().
  bool keeps_result = false;
};

// One sub-interpreter, with a GIL of its own unless its options say otherwise, and the one script
// in it.
//
// Thread affinity: created, used and destroyed on one thread, its worker, with one long-lived
// thread state. Between calls the worker gives the GIL up (Attached), so that the script's own
// threads run.
//
// Thread safety: none; REQUIRES the creating thread throughout.
class Interpreter {
 public:
  // Detached. REQUIRES: the calling thread is attached to no interpreter. kBadArguments if CPython
  // cannot create one.
  [[nodiscard]] static Result<std::unique_ptr<Interpreter>> create(std::shared_ptr<Runtime> runtime,
                                                                   InterpreterOptions options = {});
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  // Joins the script's threads, runs its atexit handlers, flushes its output, ends the interpreter;
  // attached or not. Threads that have not ended after four seconds, and daemons (those of
  // `_thread` are some) at once, are told to (SystemExit). What has not ended a second later is
  // left behind: see InterpreterOptions::on_left_behind.
  ~Interpreter();

  // Holds the interpreter's GIL while it lives. Not to be nested.
  class Attached {
   public:
    explicit Attached(Interpreter& interpreter);
    ~Attached();
    Attached(const Attached&) = delete;
    Attached& operator=(const Attached&) = delete;

   private:
    Interpreter& interpreter_;
  };

  // The same as explicit steps, for a worker that holds the GIL over a batch.
  void attach();
  void detach();

  // CPython's number of it, which no other interpreter of the process gets; for arena_memory().
  [[nodiscard]] std::int64_t number() const;

  // All below REQUIRE an attached interpreter, and leave no Python exception set.

  // Runs the file at `path`, or the package whose folder that is, as a module named after its stem
  // (interp/script.h says what happens if that name is taken); its folder becomes importable.
  //
  // Loading again replaces the script: a fresh module, and fresh copies of what it imported from
  // its folder. A failure (kScriptNotFound, or kScriptRaised with the line of a syntax error)
  // leaves what was loaded before, FunctionIds included, as it was.
  [[nodiscard]] Result<void> load_script(const std::filesystem::path& path);

  // The same, for a script that cannot have another interpreter for its new code: on success what
  // the old one has under `farewell` is called, `said` being its error, its daemon threads end, and
  // the handles to its objects are void.
  [[nodiscard]] Result<void> replace_script(const std::filesystem::path& path,
                                            std::string_view farewell, Result<void>& said);

  // Resolves a module-level function, or an attribute of a global ("Config.reload").
  // kFunctionNotFound, kNotCallable; kScriptNotFound if no script is loaded.
  [[nodiscard]] Result<FunctionId> resolve(std::string_view name);

  // How many positional arguments the function takes at most (-1: any number, or it can't be told)
  // and at least. Needed once per function, for old scripts that take fewer (OnTimer).
  struct Arity {
    int min = 0;
    int max = -1;
  };
  [[nodiscard]] Arity arity(FunctionId function);

  // Invokes by vectorcall and copies the result out. Every exception, SystemExit and
  // KeyboardInterrupt included, becomes kScriptRaised with type, message and traceback.
  [[nodiscard]] Result<Value> invoke(FunctionId function, std::span<const Value> args,
                                     TextMode text = TextMode::kExact);
  [[nodiscard]] Result<Value> invoke_scalars(FunctionId function, std::span<const Scalar> args,
                                             TextMode text = TextMode::kExact);
  [[nodiscard]] Result<Value> invoke_packed(FunctionId function, const PackedView& args,
                                            TextMode text = TextMode::kExact);
  // As above for a name, dotted or not, looked up at each call: a script may rebind it.
  [[nodiscard]] Result<Value> invoke(std::string_view name, std::span<const Value> args,
                                     TextMode text = TextMode::kExact);
  [[nodiscard]] Result<Value> invoke_scalars(std::string_view name, std::span<const Scalar> args,
                                             TextMode text = TextMode::kExact);

  [[nodiscard]] Result<Value> invoke(const Invocation& invocation);
  // As invoke(), for a function whose result is iterated over: a generator, or anything iterable.
  // A target that cannot be called, without a name and arguments, is itself what is iterated over:
  // a generator that was kept. The stream is read by pull_stream() until it has ended, or closed.
  //
  // A stream is closed by close_stream(), by the end of the interpreter, and when the script is
  // loaded again. See IteratorTable for what can go wrong, and how much one pull brings.
  [[nodiscard]] Result<StreamId> open_stream(const Invocation& invocation);
  [[nodiscard]] Result<StreamItems> pull_stream(StreamId stream, std::size_t most,
                                                TextMode text = TextMode::kExact);
  [[nodiscard]] Result<void> close_stream(StreamId stream);
  void close_streams();

  // The names of all callables that the script's module holds, for diagnostics and `check`.
  [[nodiscard]] std::vector<std::string> functions();

  // Runs `source` as a module of its own, in which the global tuple `args` holds `args`, and
  // returns its global `result`: for helpers of the host that are easier to write in Python
  // (`check`). `name` is the module's name and the file name in tracebacks.
  [[nodiscard]] Result<Value> evaluate(std::string_view source, std::string_view name,
                                       std::span<const Value> args);

  // The InterpreterOptions::host_context of the interpreter that the calling thread is attached to;
  // nullptr in the main interpreter. For builtin modules of the host.
  [[nodiscard]] static void* host_context();

 private:
  Interpreter(std::shared_ptr<Runtime> runtime, InterpreterOptions options);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::detail
