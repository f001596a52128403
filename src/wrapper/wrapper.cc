#include "wrapper/wrapper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdarg>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "plugin/types/spdlog_sink.h"
#include "wrapper/args.h"
#include "wrapper/callback_table.h"
#include "wrapper/library.h"

namespace {

using hookline::Error;
using hookline::ErrorCode;
using hookline::fail;
using hookline::Result;
using hookline::wrapper::Library;
using hookline::wrapper::OwnedArgs;
using hookline::wrapper::Session;

// Returns the text that w_LastError() returns to the calling thread.
std::string& last_error() noexcept {
  static thread_local std::string instance;
  return instance;
}

enum class Log : bool { kNo, kYes };

// Stores the reason for w_LastError(), and writes it to the log unless it is there already.
void note_failure(const char* function, const std::string& about, const Error& error, Log log) {
  last_error() = error.to_string();
  if (log == Log::kYes) {
    spdlog::error("{}({}): {}{}{}", function, about, error.to_string(),
                  error.traceback.empty() ? "" : "\n", error.traceback);
  }
}

// Sends the log to stderr, unless the host has installed a spdlog logger of its own.
void set_up_log() {
  // The logger that spdlog installs itself has no name, and writes to stdout.
  if (!spdlog::default_logger()->name().empty()) {
    return;
  }
  hookline::detail::log_to_own_stderr(spdlog::default_logger()->level());
}

// Every function sets up the log, not just w_Begin: calls before w_Begin fail, and are logged.
void set_up_log_once() {
  static std::once_flag once;
  std::call_once(once, &set_up_log);
}

// Runs a function of the interface. Exceptions do not escape into C code.
template <class Body>
auto guarded(const char* function, const std::string& about, Body body, Log log = Log::kYes)
    -> std::invoke_result_t<Body> {
  set_up_log_once();
  last_error().clear();
  std::invoke_result_t<Body> result;
  try {
    result = body();
  } catch (const std::exception& exception) {
    result = fail(ErrorCode::kBadArguments, exception.what());
  }
  if (!result) {
    note_failure(function, about, result.error(), log);
  }
  return result;
}

// Does what guarded() does, for functions that need a session.
template <class Body>
auto in_session(const char* function, const std::string& about, Body body, Log log = Log::kYes)
    -> std::invoke_result_t<Body, hookline::wrapper::Session&> {
  return guarded(
      function, about,
      [&]() -> std::invoke_result_t<Body, hookline::wrapper::Session&> {
        const Library::Visit visit(Library::instance());
        if (visit.session() == nullptr) {
          return fail(ErrorCode::kShuttingDown, "call w_Begin first");
        }
        return body(*visit.session());
      },
      log);
}

std::string about(int id) { return std::to_string(id); }
std::string about(int id, const char* name) {
  return about(id) + ", " + (name != nullptr ? name : "NULL");
}

int as_flag(const Result<void>& result) { return result ? 1 : 0; }

w_Targs* as_args(Result<OwnedArgs> result) { return result ? result->release() : nullptr; }

Error no_name() { return {.code = ErrorCode::kBadArguments, .message = "the name is NULL"}; }

Result<hookline::wrapper::ScriptToLoad> script_to_load(w_Targs* args) {
  long id = -1;
  long start_time = 0;
  char* path = nullptr;
  char* bot = nullptr;
  char* op_chat = nullptr;
  char* config_dir = nullptr;
  char* config_name = nullptr;
  if (w_unpack(args, "lssssls", &id, &path, &bot, &op_chat, &config_dir, &start_time,
               &config_name) == 0 ||
      path == nullptr) {
    return fail(ErrorCode::kBadArguments,
                "the arguments must be \"lssssls\": id, path, botname, opchatname, config_dir, "
                "starttime, config_name");
  }
  if (!std::in_range<int>(id)) {
    return fail(ErrorCode::kBadArguments,
                "the id " + std::to_string(id) + " is none of those that w_ReserveID gives");
  }
  const auto text = [](const char* given) { return std::string(given != nullptr ? given : ""); };
  return hookline::wrapper::ScriptToLoad{.id = static_cast<int>(id),
                                         .path = path,
                                         .identity = {.bot_name = text(bot),
                                                      .op_chat_name = text(op_chat),
                                                      .config_name = text(config_name),
                                                      .base_dir = text(config_dir),
                                                      .start_time = start_time}};
}

}  // namespace

int w_Begin(w_Tcallback* callbacks) {
  return as_flag(guarded("w_Begin", "", [&] { return Library::instance().begin(callbacks); }));
}

int w_End() {
  return as_flag(guarded("w_End", "", [] { return Library::instance().end(); }));
}

int w_ReserveID() {
  return in_session("w_ReserveID", "",
                    [](Session& session) -> Result<int> { return session.reserve_id(); })
      .value_or(-1);
}

int w_Load(w_Targs* args) {
  const std::string printed = args != nullptr ? hookline::wrapper::print_args(*args) : "NULL";
  return in_session("w_Load", printed,
                    [&](Session& session) -> Result<int> {
                      const auto script = script_to_load(args);
                      return script ? session.load(*script) : std::unexpected(script.error());
                    })
      .value_or(-1);
}

int w_Unload(int id) {
  return as_flag(
      in_session("w_Unload", about(id), [&](Session& session) { return session.unload(id); }));
}

int w_HasHook(int id, int hook) {
  return in_session(
             "w_HasHook", about(id),
             [&](Session& session) -> Result<bool> {
               return session.has_hook(id, hook);
             }).value_or(false)
             ? 1
             : 0;
}

// Failures of hooks are logged elsewhere, within the script's budget of log lines.
w_Targs* w_CallHook(int id, int hook, w_Targs* params) {
  return as_args(in_session(
      "w_CallHook", "",
      [&](Session& session) {
        return session.call_hook(id, hook, params, Library::instance().deadline());
      },
      Log::kNo));
}

w_Targs* w_CallFunction(int id, const char* name, w_Targs* params) {
  return as_args(
      in_session("w_CallFunction", about(id, name), [&](Session& session) -> Result<OwnedArgs> {
        if (name == nullptr) {
          return std::unexpected(no_name());
        }
        return session.call_function(id, name, params, Library::instance().deadline());
      }));
}

int w_CallFunctionAsync(int id, const char* name, w_Targs* params, w_Tdone done, void* user_data) {
  return as_flag(
      in_session("w_CallFunctionAsync", about(id, name), [&](Session& session) -> Result<void> {
        if (name == nullptr || done == nullptr) {
          return fail(ErrorCode::kBadArguments, "the name or the function to call is NULL");
        }
        return session.call_function_async(id, name, params, Library::instance().deadline(), done,
                                           user_data);
      }));
}

const char* w_HookName(int hook) {
  const bool known = hook >= 0 && static_cast<std::size_t>(hook) < hookline::verlihub::kHookCount;
  // The names are literals, so they end with a NUL.
  return known ? hookline::verlihub::hook_rows()[static_cast<std::size_t>(hook)].name.data() : "";
}

const char* w_CallName(int callback) {
  const bool known = callback >= 0 && callback < hookline::wrapper::kCallbackCount;
  return known
             ? hookline::wrapper::callback_rows().at(static_cast<std::size_t>(callback)).name.data()
             : "";
}

int w_RegisterFunction(int script_id, const char* name, w_Tcallback callback) {
  return as_flag(in_session(
      "w_RegisterFunction", about(script_id, name), [&](Session& session) -> Result<void> {
        if (name == nullptr || callback == nullptr) {
          return fail(ErrorCode::kBadArguments, "the name or the function is NULL");
        }
        return session.register_function(script_id, name, callback);
      }));
}

int w_UnregisterFunction(int script_id, const char* name) {
  return as_flag(in_session("w_UnregisterFunction", about(script_id, name),
                            [&](Session& session) -> Result<void> {
                              if (name == nullptr) {
                                return std::unexpected(no_name());
                              }
                              return session.unregister_function(script_id, name);
                            }));
}

int w_FindScript(const char* path_or_name) {
  return in_session(
             "w_FindScript", "",
             [&](Session& session) -> Result<int> {
               if (path_or_name == nullptr) {
                 return std::unexpected(no_name());
               }
               return session.find(path_or_name);
             },
             Log::kNo)
      .value_or(-1);
}

w_Targs* w_pack(const char* format, ...) {
  if (format == nullptr) {
    return nullptr;
  }
  std::va_list values;
  va_start(values, format);
  hookline::wrapper::ArgsBlock args;
  try {
    args = hookline::wrapper::pack_args(format, values);
  } catch (const std::exception& exception) {
    spdlog::error("w_pack({}): {}", format, exception.what());
  }
  va_end(values);
  return args.release();
}

int w_unpack(w_Targs* args, const char* format, ...) {
  if (args == nullptr || format == nullptr) {
    return 0;
  }
  std::va_list targets;
  va_start(targets, format);
  bool good = false;
  try {
    good = hookline::wrapper::unpack_args(*args, format, targets);
  } catch (const std::exception& exception) {
    spdlog::error("w_unpack({}): {}", format, exception.what());
  }
  va_end(targets);
  return good ? 1 : 0;
}

void w_free_args(w_Targs* args) { hookline::wrapper::free_args(args); }

void w_LogLevel(int level) {
  static constexpr auto kLevels = std::to_array(
      {spdlog::level::err, spdlog::level::warn, spdlog::level::info, spdlog::level::debug});
  const int highest = static_cast<int>(kLevels.size()) - 1;
  spdlog::set_level(kLevels.at(static_cast<std::size_t>(std::clamp(level, 0, highest))));
}

const char* w_packprint(w_Targs* args) {
  static thread_local std::string text;
  text = args != nullptr ? hookline::wrapper::print_args(*args) : "NULL";
  return text.c_str();
}

const char* w_LastError() { return last_error().c_str(); }

void w_SetDeadline(long milliseconds) {
  Library::instance().set_deadline(std::chrono::milliseconds(milliseconds));
}
