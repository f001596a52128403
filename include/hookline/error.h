#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace [[gnu::visibility("default")]] hookline {

// Every way in which a call can end without a value: one row, one error. The list is closed, so
// that a host can switch over it; what differs from case to case is in Error::message.
//   X(enumerator, name as it appears in logs and JSON, when it comes, what to do about it)
// docs/errors.md has the same table.
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
    "Waiting here would block the thread that has to do the work.",                               \
    "Use a callback, co_await or another thread instead of waiting.")                             \
  X(kScriptUnloaded, "script_unloaded", "The script was unloaded before the call could run.",     \
    "Load the script again, or drop what refers to it.")                                          \
  X(kQuarantined, "quarantined",                                                                  \
    "Reserved for scripts that do not react to an interrupt; hookline does not set it yet.",      \
    "Nothing: no call ends with it.")                                                             \
  X(kShuttingDown, "shutting_down", "The host is shutting down, or the other side has gone.",     \
    "Stop making calls.")

enum class ErrorCode : std::uint8_t {
#define HOOKLINE_ENUMERATOR(enumerator, name, when, what_to_do) enumerator,
  HOOKLINE_ERROR_CODES(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

// The name of `code` as logs, JSON and the documentation spell it. Never empty: "unknown_error" for
// a number that is no ErrorCode. Thread safety: any thread. The text is static.
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;

// One sentence each: when an error comes, and what to do about it.
struct ErrorHint {
  std::string_view when;
  std::string_view what_to_do;
};

// The hint for `code`; both parts are empty for a number that is no ErrorCode. Thread safety: any
// thread. The texts are static.
[[nodiscard]] ErrorHint error_hint(ErrorCode code) noexcept;

// The original of an error: an exception object in an interpreter, or a system error.
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
// Thread safety: as for std::string.
struct Error {
  ErrorCode code = ErrorCode::kScriptRaised;
  // One sentence for a person.
  std::string message = {};
  // The exception's qualified type ("ValueError", "myscript.Oops") and its formatted traceback, for
  // kScriptRaised; otherwise empty.
  std::string python_type = {};
  std::string traceback = {};
  // Lets the interpreter that the error came from raise the same exception again. May be null, is
  // not compared, and may be dropped.
  std::shared_ptr<const ErrorOrigin> origin = nullptr;

  // "script_raised: ValueError: no such user", on one line and without the traceback.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Error& a, const Error& b) {
    return a.code == b.code && a.message == b.message && a.python_type == b.python_type &&
           a.traceback == b.traceback;
  }
};

// Thrown by Result::value() if there is no value. what() is Error::to_string(), and on the lines
// that follow the traceback if there is one. Copies share the error.
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
std::false_type derives_from_expected(const void*);

// Whether U is content, as opposed to an std::expected, an std::unexpected or a tag.
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

// A value, or the Error that says why there is none: what every function that can fail returns.
// It is an std::expected<T, Error> of the same size, with one difference: value() throws BadResult,
// which says what went wrong. `*result` and `->` are unchecked, as in std::expected.
//
// Thread safety: as for the value and std::string.
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
  constexpr Result(Base&& other) noexcept(std::is_nothrow_move_constructible_v<T>)
      : Base(std::move(other)) {}
  // NOLINTEND(*-explicit-*)
  // From a Result of something that a T can be made of, such as a derived class's pointer.
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
    requires std::is_constructible_v<T, Args...>
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

  // The value. Throws BadResult if there is none.
  constexpr const T& value() const& {
    check();
    return **this;
  }
  constexpr T& value() & {
    check();
    return **this;
  }
  constexpr T&& value() && {
    if (!this->has_value()) [[unlikely]] {
      detail::throw_bad_result(std::move(this->error()));
    }
    return *std::move(*this);
  }

  friend constexpr bool operator==(const Result& a, const Result& b)
    requires std::equality_comparable<T>
  {
    return a.has_value() == b.has_value() && (a.has_value() ? *a == *b : a.error() == b.error());
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

// Success, or the Error that says why not.
template <>
class Result<void> : public std::expected<void, Error> {
  using Base = std::expected<void, Error>;

 public:
  constexpr Result() = default;
  constexpr explicit Result(std::in_place_t /*tag*/) noexcept {}
  // NOLINTBEGIN(*-explicit-*): as implicit as in std::expected
  Result(const std::unexpected<Error>& error) : Base(std::unexpect, error.error()) {}
  Result(std::unexpected<Error>&& error) noexcept : Base(std::unexpect, std::move(error).error()) {}
  Result(const Base& other) : Base(other) {}
  Result(Base&& other) noexcept : Base(std::move(other)) {}
  // NOLINTEND(*-explicit-*)

  Result& operator=(const std::unexpected<Error>& error) {
    Base::operator=(error);
    return *this;
  }
  Result& operator=(std::unexpected<Error>&& error) {
    Base::operator=(std::move(error));
    return *this;
  }

  // Returns nothing. Throws BadResult if there is an error.
  void value() const& {
    if (!has_value()) [[unlikely]] {
      detail::throw_bad_result(error());
    }
  }
  void value() && {
    if (!has_value()) [[unlikely]] {
      detail::throw_bad_result(std::move(error()));
    }
  }

  friend bool operator==(const Result& a, const Result& b) {
    return a.has_value() == b.has_value() && (a.has_value() || a.error() == b.error());
  }
  friend bool operator==(const Result& a, const std::unexpected<Error>& error) {
    return !a.has_value() && a.error() == error.error();
  }
};

static_assert(sizeof(Result<int>) == sizeof(std::expected<int, Error>));
static_assert(sizeof(Result<void>) == sizeof(std::expected<void, Error>));

// Shortens `return std::unexpected(Error{...})`.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{.code = code, .message = std::move(message)});
}

}  // namespace hookline
