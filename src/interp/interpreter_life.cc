// Begins and ends an Interpreter.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "interp/crash_handler.h"
#include "interp/host_context.h"
#include "interp/imports.h"
#include "interp/interpreter_impl.h"
#include "interp/memory_allocator.h"
#include "interp/memory_book.h"
#include "interp/py_error.h"
#include "marshal/python_text.h"

namespace hookline::detail {
namespace {

// After an interpreter that has held this much, malloc's free memory is given back to the system.
constexpr std::size_t kMuchMemory = std::size_t{32} << 20U;

}  // namespace

Result<void> Interpreter::Impl::prepare() {
  if (auto stands_in = is_main() ? Result<void>() : stand_in_for_imports(); !stands_in) {
    return stands_in;
  }
  Result<Helpers> created = Helpers::create(options.stdout_to_stderr, is_main());
  if (!created) {
    return std::unexpected(std::move(created.error()));
  }
  helpers = std::make_unique<Helpers>(std::move(*created));
  script = std::make_unique<Script>(*helpers);
  if (!handles.publish() || !interrupter->open(*helpers)) {
    return std::unexpected(take_python_error());
  }
  auto made = ProducerObjects::create(options.codec, options.raise, &handles, options.translate);
  if (!made) {
    return std::unexpected(std::move(made.error()));
  }
  producers = *std::move(made);
  exact_options = {.codec = &options.codec,
                   .handles = producers.get(),
                   .max_bytes = options.max_value_bytes,
                   .may_take = &MemoryTotal::leaves_reserve};
  host_options = exact_options;
  host_options.text = TextMode::kHost;
  if (options.codec.extends_ascii()) {
    spares = std::make_unique<SpareTexts>();
  }
  if (auto usable = use_venv(); !usable) {
    return usable;
  }
  if (auto set = set_host_context(options.host_context); !set) {
    return set;
  }
  return offer_host_module(*helpers, options.module);
}

Result<void> Interpreter::Impl::use_venv() const {
  if (options.venv.empty()) {
    return {};
  }
  const std::string& path = options.venv.native();
  const PyRef text = PyRef::steal(
      PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size())));
  const PyRef wrong = text ? helpers->call("use_venv", "(O)", text.get()) : PyRef();
  if (!wrong) {
    return std::unexpected(take_python_error());
  }
  return wrong.get() == Py_None ? Result<void>()
                                : fail(ErrorCode::kBadArguments, display_text(wrong.get()));
}

void Interpreter::Impl::limit_memory() const {
  if (options.memory_limit) {
    const auto memory = is_main() ? interpreter_memory(python->number()) : std::nullopt;
    set_memory_limit(python->number(), *options.memory_limit + (memory ? memory->used : 0));
  }
}

void Interpreter::Impl::unlimit_memory() const {
  if (is_main()) {
    set_memory_limit(python->number(), std::nullopt);
  } else {
    grant_memory_to_end(python->number());
  }
}

std::vector<std::string> Interpreter::Impl::finish() {
  interrupter->close();
  iterators.close_all();
  std::vector<std::string> threads = end_threads();
  while (!threads.empty() && options.is_busy && options.is_busy(options.host_context)) {
    threads = end_threads();
  }
  functions.clear();
  handles.clear();
  script.reset();
  if (helpers && !helpers->call("release", "()")) {
    PyErr_Clear();
  }
  producers.reset();
  spares.reset();
  helpers.reset();
  if (is_main()) {
    forget_host_context();
  } else if (threads.empty() && !python->wait_for_other_threads()) {
    threads.emplace_back("not Python's own");
  }
  return threads;
}

std::vector<std::string> Interpreter::Impl::end_threads() const {
  if (!helpers) {
    return {};
  }
  const PyRef names = helpers->call("finish", "()");
  if (!names) {
    const Error error = take_python_error();
    return {"unknown, because of " + error.to_string()};
  }
  std::vector<std::string> threads;
  threads.reserve(static_cast<std::size_t>(PyList_GET_SIZE(names.get())));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names.get()); ++i) {
    threads.push_back(display_text(PyList_GET_ITEM(names.get(), i)));
  }
  return threads;
}

Interpreter::Interpreter(std::shared_ptr<Runtime> runtime, InterpreterOptions options)
    : impl_(std::make_unique<Impl>(Impl{.runtime = std::move(runtime),
                                        .options = std::move(options),
                                        .wish = {},
                                        .python = nullptr,
                                        .script_name = "?",
                                        .signals = {},
                                        .helpers = nullptr,
                                        .script = nullptr,
                                        .functions = {},
                                        .handles = {}})) {}

Result<std::unique_ptr<Interpreter>> Interpreter::create(std::shared_ptr<Runtime> runtime,
                                                         InterpreterOptions options) {
  if (options.gil == Gil::kMain && runtime->main_taken_.exchange(true)) {
    return fail(
        ErrorCode::kBadArguments,
        "another script runs in the main interpreter, and only one can: unload that, or use "
        "gil = \"shared\" for this one");
  }
  prepare_thread_for_crashes();
  // With Gil::kMain there is no wish: a child that the script forks has to end all other
  // interpreters, and CPython (gh-101437) aborts in doing so.
  auto wish = options.gil == Gil::kShared ? runtime->reserve_.wish() : InterpreterReserve::Wish();
  PyInterpreterState* const unused = options.gil == Gil::kOwn ? runtime->reserve_.take() : nullptr;
  Result<std::unique_ptr<SubInterpreter>> python =
      unused != nullptr ? SubInterpreter::use(runtime->lifecycle_, unused)
                        : SubInterpreter::create(runtime->lifecycle_, options.gil);
  if (!python) {
    return std::unexpected(std::move(python.error()));
  }
  std::unique_ptr<Interpreter> interpreter(
      new Interpreter(std::move(runtime), std::move(options)));  // private: no make_unique
  interpreter->impl_->python = std::move(*python);
  interpreter->impl_->wish = std::move(wish);
  if (auto prepared = interpreter->impl_->prepare(); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  interpreter->impl_->limit_memory();
  interpreter->detach();
  return interpreter;
}

Interpreter::~Interpreter() {
  if (!impl_->python->is_attached()) {
    impl_->python->attach();
    running_script = impl_->script_name.c_str();
  }
  impl_->unlimit_memory();
  const std::vector<std::string> threads = impl_->finish();
  const std::shared_ptr<Runtime> runtime = impl_->runtime;
  const bool is_main = impl_->is_main();
  running_script = nullptr;
  if (threads.empty()) {
    const auto memory = interpreter_memory(impl_->python->number());
    impl_->python.reset();
    if (memory && memory->peak >= kMuchMemory) {
      give_back_free_memory();
    }
  } else {
    if (impl_->options.on_left_behind) {
      impl_->options.on_left_behind(impl_->options.host_context, threads);
    }
    impl_->python->detach();
    if (!is_main) {
      // The Runtime itself sees interpreters that are left, but not threads in the main one.
      impl_->runtime.reset();
    }
    Runtime::keep(std::move(impl_));
  }
  if (is_main) {
    runtime->main_taken_.store(false);
  }
}

}  // namespace hookline::detail
