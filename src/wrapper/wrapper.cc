#include "wrapper/wrapper.h"

#include <spdlog/spdlog.h>

#include <cstdarg>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "wrapper/args.h"
#include "wrapper/callback_table.h"
#include "wrapper/last_error.h"
#include "wrapper/library.h"
#include "wrapper/log_setup.h"

namespace {

using hookline::Error;
using hookline::ErrorCode;
using hookline::fail;
using hookline::Result;
using hookline::wrapper::Library;
using hookline::wrapper::OwnedArgs;
using hookline::wrapper::Session;

enum class Log : bool { kNo, kYes };

// Keeps the reason, and writes it to the log unless that has it already.
void note_failure(const char* function, const std::string& about, const Error& error, Log log) {
  hookline::wrapper::set_last_error(error);
  if (log == Log::kYes) {
    spdlog::error("{}({}): {}{}{}", function, about, error.to_string(),
                  error.traceback.empty() ? "" : "\n", error.traceback);
  }
}

// Not by w_Begin alone: what is called too early fails, and that is logged.
void set_up_log_once() {
  static std::once_flag once;
  std::call_once(once, &hookline::wrapper::set_up_log);
}

// Runs a function of the interface: nothing that it throws gets out into C code.
template <class Body>
auto guarded(const char* function, const std::string& about, Body body, Log log = Log::kYes)
    -> std::invoke_result_t<Body> {
  set_up_log_once();
  hookline::wrapper::clear_last_error();
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

// The same for what needs a session.
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

// What goes wrong in a hook is logged with the script's budget of lines.
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
  const bool known = hook >= 0 && static_cast<std::size_t>(hook) < hookline::kHookCount;
  // A literal, which ends in a NUL.
  return known ? hookline::kHooks.at(static_cast<std::size_t>(hook)).name.data() : "";
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

void w_LogLevel(int level) { hookline::wrapper::set_log_level(level); }

const char* w_packprint(w_Targs* args) {
  static thread_local std::string text;
  text = args != nullptr ? hookline::wrapper::print_args(*args) : "NULL";
  return text.c_str();
}

const char* w_LastError() { return hookline::wrapper::last_error().c_str(); }

void w_SetDeadline(long milliseconds) {
  Library::instance().set_deadline(std::chrono::milliseconds(milliseconds));
}
