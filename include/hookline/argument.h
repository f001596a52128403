#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/value.h"

namespace [[gnu::visibility("default")]] hookline {

// Names the kind of an argument. The letters describe the arguments of a hook, as in "ssl".
enum class ArgKind : char {
  kStr = 's',    // text: for a hook in the host's encoding, for a named call as CallOptions::text
  kBytes = 'y',  // bytes
  kInt = 'l',    // int64
  kFloat = 'd',  // double
  kBool = 'b',
  kAny = 'a',  // any other Value; in the row of a hook, any argument at all
};

// Passes one argument of an event or a call. It does not own text, bytes or a Value, which must
// outlive it: it is meant for the arguments of a function.
//
//   scripts->post(on_chat, {nick, "hello"});
//   scripts->call("stats", "seen", {nick, 12, Bytes{raw}});
//
// Thread safety: as for std::string_view.
class Argument {
 public:
  // Leaves the object uninitialized, so that an array of them costs nothing. Assign to it first.
  Argument() noexcept {}  // NOLINT(*-member-init, *-equals-default): = default would clear it
  // NOLINTBEGIN(*-explicit-*): whatever can be an argument converts to one
  Argument(std::string_view text) noexcept : Argument(text, ArgKind::kStr) {}
  Argument(const std::string& text) noexcept : Argument(std::string_view(text)) {}
  Argument(const char* text) noexcept : Argument(std::string_view(text)) {}
  Argument(const Bytes& bytes) noexcept : Argument(std::string_view(bytes.data), ArgKind::kBytes) {}
  // An unsigned number beyond an int64 wraps around; pass it as a Value.
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  Argument(I number) noexcept
      : content_{.integer = static_cast<std::int64_t>(number)}, size_(0), kind_(ArgKind::kInt) {}
  template <std::same_as<bool> B>
  Argument(B flag) noexcept : content_{.integer = flag ? 1 : 0}, size_(0), kind_(ArgKind::kBool) {}
  Argument(double number) noexcept : content_{.real = number}, size_(0), kind_(ArgKind::kFloat) {}
  // Views the content of `value` if it is of one of the kinds above.
  Argument(const Value& value) noexcept;
  Argument(std::nullptr_t) noexcept;  // None
  // NOLINTEND(*-explicit-*)

  [[nodiscard]] ArgKind kind() const noexcept { return kind_; }
  // Each of these REQUIRES that kind(). text() returns bytes, too.
  [[nodiscard]] std::string_view text() const noexcept { return {content_.start, size_}; }
  [[nodiscard]] std::int64_t integer() const noexcept { return content_.integer; }
  [[nodiscard]] bool flag() const noexcept { return content_.integer != 0; }
  [[nodiscard]] double real() const noexcept { return content_.real; }
  [[nodiscard]] const Value& value() const noexcept { return *content_.value; }

  // Returns a copy of the argument, of any kind.
  [[nodiscard]] Value to_value() const;

  // Views packed bytes as an argument of that kind; only the library uses it.
  Argument(std::string_view text, ArgKind kind) noexcept
      // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size is stored too
      : content_{.start = text.data()}, size_(text.size()), kind_(kind) {}

 private:
  union {
    const char* start;
    std::int64_t integer;
    double real;
    const Value* value;
  } content_;
  std::size_t size_;
  ArgKind kind_;
};

}  // namespace hookline
