#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "interp/function_table.h"
#include "interp/handle_table.h"
#include "interp/helpers.h"
#include "interp/interpreter.h"
#include "interp/interpreter_reserve.h"
#include "interp/interrupter.h"
#include "interp/iterator_table.h"
#include "interp/kept_signals.h"
#include "interp/producer_objects.h"
#include "interp/script.h"
#include "interp/spare_texts.h"
#include "interp/sub_interpreter.h"
#include "marshal/python.h"

namespace hookline::detail {

// Everything that an Interpreter owns.
struct Interpreter::Impl {
  std::shared_ptr<Runtime> runtime;
  InterpreterOptions options;
  InterpreterReserve::Wish wish;  // for others, if it shares the main GIL
  std::unique_ptr<SubInterpreter> python;
  std::string script_name = "?";  // for the crash handler
  KeptSignals signals;
  // These hold references to Python objects, so finish() destroys them before `python`.
  std::unique_ptr<Helpers> helpers;
  std::unique_ptr<Script> script;
  FunctionTable functions;
  HandleTable handles;
  IteratorTable iterators{options.before_first_stream};
  std::unique_ptr<ProducerObjects> producers;
  std::shared_ptr<Interrupter> interrupter = std::make_shared<Interrupter>();
  std::unique_ptr<SpareTexts> spares;  // null if the codec encodes ASCII as other bytes

  // These options are used for arguments and results. They are made once, since every call needs
  // them.
  MarshalOptions exact_options;
  MarshalOptions host_options;

  [[nodiscard]] const MarshalOptions& marshal_options(TextMode text) const noexcept {
    return text == TextMode::kHost ? host_options : exact_options;
  }

  // Returns the object that a request calls, or whose attribute it calls. REQUIRES: it has one.
  [[nodiscard]] Result<PyRef> open_target(const Request& request) const {
    return to_python(request.extras->target, "target", marshal_options(request.text));
  }
  [[nodiscard]] Result<PyRef> find_callable(const Request& request) const;
  // Returns the result of the call as a Python object.
  [[nodiscard]] Result<PyRef> call(const Request& request);
  // Returns the object that a stream iterates over.
  [[nodiscard]] Result<PyRef> find_items(const Request& request);

  [[nodiscard]] Result<Value> invoke(FunctionId function, std::span<const Value> args,
                                     TextMode text, Binding binding);
  [[nodiscard]] Result<Value> invoke_packed(FunctionId function, const PackedView& args,
                                            TextMode text, Binding binding);
  [[nodiscard]] Result<Value> invoke(std::string_view name, std::span<const Value> args,
                                     TextMode text);
  // Returns what the name of the function is bound to now, or nullptr if the general way has to
  // find it, or say why it cannot be called.
  [[nodiscard]] const FunctionTable::Target* bound_target(FunctionTable::Entry& entry) const;

  [[nodiscard]] bool is_main() const { return options.gil == Gil::kMain; }

  // The functions below are in interpreter_life.cc. They REQUIRE that the interpreter is attached.

  // Makes the interpreter ready for a script.
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> use_venv() const;
  void limit_memory() const;
  // Lets the interpreter exceed its limit while it ends.
  void unlimit_memory() const;
  // Does everything that may take long or wait for another interpreter, since the destructor of
  // SubInterpreter holds a lock. Returns the names of threads that have not ended.
  [[nodiscard]] std::vector<std::string> finish();
  [[nodiscard]] std::vector<std::string> end_threads() const;
};

}  // namespace hookline::detail
