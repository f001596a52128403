#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] hookline {

// Lists every way in which a call can end without a value. The list is closed, so that a host can
// switch over it; Error::message has the details. docs/errors.md has the same table.
//   X(enumerator, name as it appears in logs and JSON, when it comes, what to do about it)
#define HOOKLINE_ERROR_CODES(X)                                                                   \
  X(kScriptNotFound, "script_not_found",                                                          \
    "No loaded script has this id, or the file to load does not exist.",                          \
    "Check the path or id, and look in the log whether loading the script failed.")               \
  X(kFunctionNotFound, "function_not_found",                                                      \
    "The script has no global, or no attribute, of this name.",                                   \
    "Check the spelling, or define the function at the top level of the script.")                 \
  X(kNotCallable, "not_callable", "The name is bound to something that cannot be called.",        \
    "Name a function, a class or a method instead.")                                              \
  X(kBadArguments, "bad_arguments",                                                               \
    "An argument, a result or an option has a value or type that is not accepted here.",          \
    "Read the message: it names the place, what was expected and what was there.")                \
  X(kUnsupportedType, "unsupported_type", "An object cannot be copied between Python and C++.",   \
    "Convert it to a plain type first, as docs/values.md lists them; read a generator with "      \
    "stream().")                                                                                  \
  X(kValueTooDeep, "value_too_deep",                                                              \
    "Containers are nested deeper than the limit, which is 64 by default.",                       \
    "Pass a flatter structure.")                                                                  \
  X(kCyclicValue, "cyclic_value", "A container contains itself, directly or indirectly.",         \
    "Break the cycle, for example by passing a key instead of the object.")                       \
  X(kValueTooLarge, "value_too_large", "A value from a script takes more than its value_limit.",  \
    "Pass less at a time, read a generator with stream(), or raise the limit.")                   \
  X(kEncodingError, "encoding_error",                                                             \
    "Text cannot be decoded or encoded, or Python does not know the configured encoding.",        \
    "Check the name of the encoding, or pass the data as bytes.")                                 \
  X(kScriptRaised, "script_raised",                                                               \
    "The script, or a function that it called, raised an exception.",                             \
    "Read Error::python_type and Error::traceback, and fix the script.")                          \
  X(kDeadlineExceeded, "deadline_exceeded", "The call did not end before its deadline.",          \
    "Find out what keeps the script busy, or allow it more time. The call may still be running.") \
  X(kCancelled, "cancelled",                                                                      \
    "The call was cancelled before it started, or its stream was closed.",                        \
    "Nothing: somebody asked for it.")                                                            \
  X(kQueueFull, "queue_full", "The script's mailbox is full, and its overflow policy rejects.",   \
    "Send less, or give the script a larger mailbox or another overflow policy.")                 \
  X(kDropped, "dropped",                                                                          \
    "The script's mailbox was full, and its overflow policy dropped this call.",                  \
    "Send less, or give the script a larger mailbox or another overflow policy.")                 \
  X(kWouldDeadlock, "would_deadlock",                                                             \
    "Waiting here would block the thread that has to do the work, or scripts in a circle.",       \
    "Use a callback, co_await or another thread instead of waiting.")                             \
  X(kScriptUnloaded, "script_unloaded", "The script was unloaded before the call could run.",     \
    "Load the script again, or drop what refers to it.")                                          \
  X(kQuarantined, "quarantined",                                                                  \
    "The script did not return from this call, and was left behind with it.",                     \
    "Look into the log for the place. Calls after this one run in a fresh interpreter.")          \
  X(kShuttingDown, "shutting_down", "The host is shutting down, or the other side has gone.",     \
    "Stop making calls.")

enum class ErrorCode : std::uint8_t {
#define HOOKLINE_ENUMERATOR(enumerator, name, when, what_to_do) enumerator,
  HOOKLINE_ERROR_CODES(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

// Says in one sentence when an error comes, and in another what to do about it.
struct ErrorHint {
  std::string_view when;
  std::string_view what_to_do;
};

// Return the name of `code` as logs, JSON and docs spell it, and its hint; for a number that is no
// ErrorCode "unknown_error" and a hint of empty texts. All texts are static. Thread safety: any
// thread.
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;
[[nodiscard]] ErrorHint error_hint(ErrorCode code) noexcept;

// Keeps the original of an error: an exception object in an interpreter, or a system error.
class ErrorOrigin {
 public:
  ErrorOrigin(const ErrorOrigin&) = delete;
  ErrorOrigin& operator=(const ErrorOrigin&) = delete;
  virtual ~ErrorOrigin() = default;

 protected:
  ErrorOrigin() = default;
};

// Says why a call has no value. Thread safety: as for std::string.
struct Error {
  ErrorCode code = ErrorCode::kScriptRaised;
  // Tells a person in one sentence what went wrong.
  std::string message = {};
  // The exception's qualified type ("myscript.Oops") and its formatted traceback, if there was one.
  std::string python_type = {};
  std::string traceback = {};
  // Lets the interpreter that the error came from raise the same exception again. May be null, is
  // not compared, and may be dropped.
  std::shared_ptr<const ErrorOrigin> origin = nullptr;

  // Returns "script_raised: ValueError: no such user": one line, without the traceback.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Error& a, const Error& b) {
    return a.code == b.code && a.message == b.message && a.python_type == b.python_type &&
           a.traceback == b.traceback;
  }
};

}  // namespace hookline
