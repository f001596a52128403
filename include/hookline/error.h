#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hookline {

// Every way in which a call can end without a value: one row, one error. The list is closed, so
// that a host can switch over it; what differs from case to case is in Error::message.
//   X(enumerator, name as it appears in logs and JSON)
#define HOOKLINE_ERROR_CODES(X)              \
  X(kScriptNotFound, "script_not_found")     \
  X(kFunctionNotFound, "function_not_found") \
  X(kNotCallable, "not_callable")            \
  X(kBadArguments, "bad_arguments")          \
  X(kUnsupportedType, "unsupported_type")    \
  X(kValueTooDeep, "value_too_deep")         \
  X(kCyclicValue, "cyclic_value")            \
  X(kEncodingError, "encoding_error")        \
  X(kScriptRaised, "script_raised")          \
  X(kDeadlineExceeded, "deadline_exceeded")  \
  X(kCancelled, "cancelled")                 \
  X(kQueueFull, "queue_full")                \
  X(kDropped, "dropped")                     \
  X(kWouldDeadlock, "would_deadlock")        \
  X(kScriptUnloaded, "script_unloaded")      \
  X(kQuarantined, "quarantined")             \
  X(kShuttingDown, "shutting_down")

enum class ErrorCode : std::uint8_t {
#define HOOKLINE_ENUMERATOR(enumerator, name) enumerator,
  HOOKLINE_ERROR_CODES(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

// The name of `code` as logs, JSON and the documentation spell it. Never empty.
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;

// What an error was before it became one: an exception object in an interpreter, a system error.
class ErrorOrigin {
 public:
  virtual ~ErrorOrigin() = default;

 protected:
  ErrorOrigin() = default;
  ErrorOrigin(const ErrorOrigin&) = default;
  ErrorOrigin(ErrorOrigin&&) = default;
  ErrorOrigin& operator=(const ErrorOrigin&) = default;
  ErrorOrigin& operator=(ErrorOrigin&&) = default;
};

// Why a call has no value.
//
// `message` is one sentence for a person. `python_type` and `traceback` are set for kScriptRaised
// only: the exception's qualified type ("ValueError", "myscript.Oops") and its formatted traceback.
// `origin`, if there is one, lets the interpreter that it came from raise the very exception again;
// it is no part of what the error says, nor of equality, and may be dropped.
struct Error {
  ErrorCode code = ErrorCode::kScriptRaised;
  std::string message;
  std::string python_type;
  std::string traceback;
  std::shared_ptr<const ErrorOrigin> origin = nullptr;

  // "script_raised: ValueError: no such user", on one line and without the traceback.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Error& a, const Error& b) {
    return a.code == b.code && a.message == b.message && a.python_type == b.python_type &&
           a.traceback == b.traceback;
  }
};

// What may fail returns this. Result<void> for what has no value.
template <class T>
using Result = std::expected<T, Error>;

// Shortens `return std::unexpected(Error{...})`.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{.code = code, .message = std::move(message)});
}

}  // namespace hookline
