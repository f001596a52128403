#pragma once

// Declares Result<T>, which functions that can fail return, and Error, which says why there is no
// value.

#include <concepts>
#include <cstdint>
#include <exception>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#pragma GCC visibility push(default)
namespace hookline {

// Lists every way in which a call can end without a value. The list is closed, so that a host can
// switch over it; Error::message has the details. docs/errors.md has the same table.
//   X(enumerator, name as it appears in logs and JSON, when it comes, what to do about it)
#define HOOKLINE_ERROR_CODES(X)                                                                    \
  X(kScriptNotFound, "script_not_found",                                                           \
    "No loaded script has this id, or the file to load does not exist.",                           \
    "Check the path or id, and look in the log whether loading the script failed.")                \
  X(kFunctionNotFound, "function_not_found",                                                       \
    "The script has no global, or no attribute, of this name.",                                    \
    "Check the spelling, or define the function at the top level of the script.")                  \
  X(kNotCallable, "not_callable", "The name is bound to something that cannot be called.",         \
    "Name a function, a class or a method instead.")                                               \
  X(kBadArguments, "bad_arguments",                                                                \
    "An argument, a result or an option has a value or type that is not accepted here.",           \
    "Read the message: it names the place, what was expected and what was there.")                 \
  X(kUnsupportedType, "unsupported_type", "An object cannot be copied between Python and C++.",    \
    "Convert it to a plain type first, as docs/values.md lists them; read a generator with "       \
    "stream().")                                                                                   \
  X(kValueTooDeep, "value_too_deep",                                                               \
    "Containers are nested deeper than the limit, which is 64 by default.",                        \
    "Pass a flatter structure.")                                                                   \
  X(kCyclicValue, "cyclic_value", "A container contains itself, directly or indirectly.",          \
    "Break the cycle, for example by passing a key instead of the object.")                        \
  X(kValueTooLarge, "value_too_large", "A value from a script takes more than its value_limit.",   \
    "Pass less at a time, read a generator with stream(), or raise the limit.")                    \
  X(kEncodingError, "encoding_error",                                                              \
    "Text cannot be decoded or encoded, or Python does not know the configured encoding.",         \
    "Check the name of the encoding, or pass the data as bytes.")                                  \
  X(kScriptRaised, "script_raised",                                                                \
    "The script, or a function that it called, raised an exception.",                              \
    "Read Error::python_type and Error::traceback, and fix the script.")                           \
  X(kDeadlineExceeded, "deadline_exceeded", "The call did not end before its deadline.",           \
    "Find out what keeps the script busy, or allow it more time. The call may still be running.")  \
  X(kCancelled, "cancelled",                                                                       \
    "The call was cancelled before it started, its stream was closed, or Asio ended the wait.",    \
    "Nothing: somebody asked for it.")                                                             \
  X(kQueueFull, "queue_full",                                                                      \
    "The script's mailbox is full and its overflow policy rejects, or memory or threads ran out.", \
    "Send less, or give the script a larger mailbox or another overflow policy.")                  \
  X(kDropped, "dropped",                                                                           \
    "The script's mailbox was full, and its overflow policy dropped this call.",                   \
    "Send less, or give the script a larger mailbox or another overflow policy.")                  \
  X(kWouldDeadlock, "would_deadlock",                                                              \
    "Waiting here would block the thread that does the work, or scripts wait for one another.",    \
    "Use a callback, co_await or another thread instead of waiting.")                              \
  X(kScriptUnloaded, "script_unloaded", "The script was unloaded before the call could run.",      \
    "Load the script again, or drop what refers to it.")                                           \
  X(kQuarantined, "quarantined",                                                                   \
    "The script did not return from this call, and was left behind with it.",                      \
    "Look into the log for the place. Calls after this one run in a fresh interpreter.")           \
  X(kShuttingDown, "shutting_down", "The host is shutting down, or has been destroyed.",           \
    "Stop making calls.")

enum class ErrorCode : std::uint8_t {
#define HOOKLINE_ENUMERATOR(enumerator, name, when, what_to_do) enumerator,
  HOOKLINE_ERROR_CODES(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

// Says in one sentence when an error comes, and in another what to do about it. It is plain data
// (docs/host.md).
struct ErrorHint {
  std::string_view when;
  std::string_view what_to_do;
};

// Return the name of `code` as logs, JSON and docs spell it, and its hint; for a number that is no
// ErrorCode "unknown_error" and a hint of empty texts. All texts are static. Thread safety: any
// thread.
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;
[[nodiscard]] ErrorHint error_hint(ErrorCode code) noexcept;

// Keeps the original of an error: an exception object in an interpreter, or a system error. Thread
// safety: any thread may keep and destroy it.
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
  // Lets the interpreter that the error came from raise the same exception again. It may be null or
  // set to null; operator== ignores it.
  std::shared_ptr<const ErrorOrigin> origin = nullptr;

  // Returns "script_raised: ValueError: no such user": one line, without the traceback.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Error& a, const Error& b) {
    return a.code == b.code && a.message == b.message && a.python_type == b.python_type &&
           a.traceback == b.traceback;
  }
};

// Is thrown by Result::value() if there is no value. what() is Error::to_string(), and on the lines
// that follow the traceback if there is one. Copies share the error. Thread safety: as for
// std::shared_ptr.
// NOLINTNEXTLINE(*-special-member-functions): moving copies, so that there always is an error
class BadResult : public std::exception {
 public:
  explicit BadResult(Error error);
  ~BadResult() override;
  BadResult(const BadResult&) noexcept = default;
  BadResult& operator=(const BadResult&) noexcept = default;

  [[nodiscard]] const char* what() const noexcept override;
  // Lives as long as this or a copy of it.
  [[nodiscard]] const Error& error() const noexcept;

 private:
  struct Content;
  std::shared_ptr<const Content> content_;
};

namespace detail {

template <class T>
inline constexpr bool kIsUnexpected = false;
template <class E>
inline constexpr bool kIsUnexpected<std::unexpected<E>> = true;

template <class T, class E>
std::true_type derives_from_expected(const std::expected<T, E>*);
std::false_type derives_from_expected(...);

// Says whether U is content, as opposed to an std::expected, an std::unexpected or a tag.
template <class U>
inline constexpr bool kIsContent =
    !kIsUnexpected<U> && !std::is_same_v<U, std::in_place_t> &&
    !std::is_same_v<U, std::unexpect_t> &&
    !decltype(derives_from_expected(static_cast<std::add_pointer_t<U>>(nullptr)))::value;

template <class T, class U>
concept ContentOf = kIsContent<std::remove_cvref_t<U>> && std::is_constructible_v<T, U>;

[[noreturn]] void throw_bad_result(const Error& error);
[[noreturn]] void throw_bad_result(Error&& error);

}  // namespace detail

// Holds a value, or the Error that says why there is none. Every function that can fail returns
// one. Result<void> is success, or the Error. It is an std::expected<T, Error> of the same size,
// with one difference: value() throws BadResult, which says what went wrong. `*result` and `->` are
// unchecked, as in std::expected.
//
// Thread safety: as for the value and std::string.
//
// GCC 12 believes that std::expected's union may be used uninitialized where it is moved or
// destroyed in a function of the caller's: hence the pragma.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // see above
#endif
template <class T>
class Result : public std::expected<T, Error> {
  using Base = std::expected<T, Error>;

 public:
  constexpr Result() = default;
  template <class U = T>
    requires detail::ContentOf<T, U>
  constexpr explicit(!std::is_convertible_v<U, T>)
      Result(U&& value) noexcept(std::is_nothrow_constructible_v<T, U>)
      : Base(std::in_place, std::forward<U>(value)) {}
  // NOLINTBEGIN(*-explicit-*): as implicit as in std::expected
  Result(const std::unexpected<Error>& error) : Base(std::unexpect, error.error()) {}
  Result(std::unexpected<Error>&& error) noexcept : Base(std::unexpect, std::move(error).error()) {}
  constexpr Result(const Base& other) : Base(other) {}
  constexpr Result(Base&& other) noexcept(std::is_nothrow_move_constructible_v<Base>)
      : Base(std::move(other)) {}
  // NOLINTEND(*-explicit-*)
  // Converts a Result of something that a T can be made of, such as a derived class's pointer.
  template <class U>
    requires(!std::is_same_v<U, T> && std::is_constructible_v<T, const U&>)
  constexpr explicit(!std::is_convertible_v<const U&, T>)
      Result(const std::expected<U, Error>& other)
      : Base(other ? Base(std::in_place, *other) : Base(std::unexpect, other.error())) {}
  template <class U>
    requires(!std::is_same_v<U, T> && std::is_constructible_v<T, U>)
  constexpr explicit(!std::is_convertible_v<U, T>) Result(std::expected<U, Error>&& other)
      : Base(other ? Base(std::in_place, *std::move(other))
                   : Base(std::unexpect, std::move(other).error())) {}
  template <class... Args>
    requires std::is_constructible_v<Base, std::in_place_t, Args...>
  constexpr explicit Result(std::in_place_t /*tag*/, Args&&... args)
      : Base(std::in_place, std::forward<Args>(args)...) {}
  template <class... Args>
    requires std::is_constructible_v<Error, Args...>
  constexpr explicit Result(std::unexpect_t /*tag*/, Args&&... args)
      : Base(std::unexpect, std::forward<Args>(args)...) {}

  template <class U = T>
    requires(detail::ContentOf<T, U> && std::is_assignable_v<T&, U>)
  constexpr Result& operator=(U&& value) {
    Base::operator=(std::forward<U>(value));
    return *this;
  }
  Result& operator=(const std::unexpected<Error>& error) {
    Base::operator=(error);
    return *this;
  }
  Result& operator=(std::unexpected<Error>&& error) {
    Base::operator=(std::move(error));
    return *this;
  }

  // Returns the value, or nothing for a Result<void>. Throws BadResult if there is an error.
  // NOLINTNEXTLINE(modernize-use-nodiscard): callers may want nothing but the exception
  constexpr std::add_lvalue_reference_t<const T> value() const& {
    check();
    return **this;
  }
  constexpr std::add_lvalue_reference_t<T> value() & {
    check();
    return **this;
  }
  constexpr std::add_rvalue_reference_t<T> value() && {
    if (!this->has_value()) [[unlikely]] {
      detail::throw_bad_result(std::move(this->error()));
    }
    return *std::move(*this);
  }

  friend constexpr bool operator==(const Result& a, const Result& b)
    requires(std::is_void_v<T> || std::equality_comparable<T>)
  {
    if (!a.has_value() || !b.has_value()) {
      return a.has_value() == b.has_value() && a.error() == b.error();
    }
    if constexpr (std::is_void_v<T>) {
      return true;
    } else {
      return *a == *b;
    }
  }
  template <class U>
    requires detail::kIsContent<U>
  friend constexpr bool operator==(const Result& a, const U& value) {
    return a.has_value() && *a == value;
  }
  friend bool operator==(const Result& a, const std::unexpected<Error>& error) {
    return !a.has_value() && a.error() == error.error();
  }

 private:
  constexpr void check() const {
    if (!this->has_value()) [[unlikely]] {
      detail::throw_bad_result(this->error());
    }
  }
};
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

static_assert(sizeof(Result<int>) == sizeof(std::expected<int, Error>));
static_assert(sizeof(Result<void>) == sizeof(std::expected<void, Error>));

// Makes the error of a function that returns a Result<T> of any T: `return fail(code, "why");`. The
// message is a sentence for a person. Thread safety: any thread.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{.code = code, .message = std::move(message)});
}
// Does the same with a text that ends with a zero. If there is no memory for it, the message is
// "out of memory"; so this also serves where nothing may fail.
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, const char* message) noexcept;

}  // namespace hookline
#pragma GCC visibility pop
