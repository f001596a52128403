#pragma once

#include <concepts>
#include <exception>
#include <expected>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "hookline/error.h"

namespace [[gnu::visibility("default")]] hookline {

// Is thrown by Result::value() if there is no value. what() is Error::to_string(), and on the lines
// that follow the traceback if there is one. Copies share the error.
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

}  // namespace hookline
