#pragma once

// Declares what passes between C++ and Python: a Value, which owns its content, an Argument, which
// views it, and how text is encoded.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#pragma GCC visibility push(default)
namespace hookline {

class Value;

// The structs below own their content. Thread safety: as for std::string.

// Holds a Python int beyond 64 bits, as decimal digits with an optional leading '-'. REQUIRES: the
// number does not fit an int64, so that equal numbers compare equal.
struct BigInt {
  std::string digits;
  friend bool operator==(const BigInt&, const BigInt&) = default;
};
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

// A list of one list is List{Value(inner)}. What List{inner} means depends on the compiler: GCC
// nests it, and clang copies it.
using List = std::vector<Value>;

struct Tuple {
  std::vector<Value> items;
  friend bool operator==(const Tuple&, const Tuple&) = default;
};
// Holds the items of a set in the order in which Python iterated over them; equality ignores it.
struct Set {
  std::vector<Value> items;
  friend bool operator==(const Set& a, const Set& b);
};
struct FrozenSet {
  std::vector<Value> items;
  friend bool operator==(const FrozenSet& a, const FrozenSet& b);
};

// Holds a dict in insertion order, which equality ignores. REQUIRES: the keys are unique.
struct Dict {
  std::vector<std::pair<Value, Value>> items;
  // Returns the value under a str key, or nullptr if there is none, by a linear search.
  [[nodiscard]] const Value* find(std::string_view key) const;
  friend bool operator==(const Dict& a, const Dict& b);
};

// Keeps a Python object alive in its interpreter, without giving C++ access to it. Passed back to
// the same script, it becomes that object again. Thread safety: as for std::shared_ptr; the last
// copy may be destroyed on any thread.
class Handle {
 public:
  Handle() = default;
  explicit Handle(std::shared_ptr<void> object) : object_(std::move(object)) {}
  [[nodiscard]] const std::shared_ptr<void>& object() const { return object_; }
  friend bool operator==(const Handle&, const Handle&) = default;

 private:
  std::shared_ptr<void> object_;
};

// clang-format off
enum class Kind : std::uint8_t {
  kNone, kBool, kInt, kBigInt, kDouble, kStr, kBytes, kList, kTuple, kSet, kFrozenSet, kDict,
  kHandle
};
// clang-format on

// Returns the Python name of a kind ("int"), which is static. Thread safety: any thread.
[[nodiscard]] std::string_view kind_name(Kind kind) noexcept;

// Holds a copy of a Python object without Python, safe to move between threads. It owns its
// content; a moved-from Value is valid but unspecified. Thread safety: as for std::string.
//
// Text: a kStr holds UTF-8 in which a lone surrogate (U+D800-U+DFFF) is written as its own three
// bytes, so that every Python str round-trips exactly. Text in another encoding is held in a kStr
// too and passed with TextMode::kHost.
class Value {
 public:
  // NOLINTBEGIN(*-explicit-*): whatever is a Value converts to one
  Value() noexcept : data_() {}
  Value(std::nullptr_t) noexcept : data_() {}
  Value(bool v) noexcept : data_(v) {}
  Value(int v) noexcept : data_(static_cast<std::int64_t>(v)) {}
  Value(long v) noexcept : data_(static_cast<std::int64_t>(v)) {}
  Value(long long v) noexcept : data_(static_cast<std::int64_t>(v)) {}
  Value(unsigned v) noexcept : data_(static_cast<std::int64_t>(v)) {}
  Value(unsigned long v) : Value(static_cast<unsigned long long>(v)) {}
  Value(unsigned long long v);  // It becomes a BigInt if it does not fit an int64.
  Value(double v) noexcept : data_(v) {}
  Value(const char* v) : data_(std::string(v)) {}
  Value(std::string_view v) : data_(std::string(v)) {}
  Value(std::string v) : data_(std::move(v)) {}
  Value(BigInt v) : data_(std::move(v)) {}
  Value(Bytes v) : data_(std::move(v)) {}
  Value(List v) : data_(std::move(v)) {}
  Value(Tuple v) : data_(std::move(v)) {}
  Value(Set v) : data_(std::move(v)) {}
  Value(FrozenSet v) : data_(std::move(v)) {}
  Value(Dict v) : data_(std::move(v)) {}
  Value(Handle v) : data_(std::move(v)) {}
  // NOLINTEND(*-explicit-*)
  Value(const void*) = delete;  // otherwise any pointer would become a bool
  Value(char) = delete;         // otherwise 'a' would become 97

  // std::variant moves and destroys even None, a bool, an int or a float through a table of
  // functions. Most values are one of these, so this does not.
  Value(const Value& other) : data_(other.data_) {}
  Value(Value&& other) noexcept : data_(moved_from(other)) {}
  Value& operator=(const Value& other) {
    data_ = other.data_;
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    if (this != &other) {
      destroy();
      ::new (static_cast<void*>(&data_)) Data(moved_from(other));
    }
    return *this;
  }
  ~Value() { destroy(); }

  [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(data_.index()); }
  [[nodiscard]] bool is_none() const noexcept { return kind() == Kind::kNone; }

  // Returns the content if it is a T, one of the types in Data, and nullptr otherwise. Valid until
  // the value changes. Example: `if (const auto* s = v.as<std::string>())`.
  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&data_);
  }
  template <class T>
  [[nodiscard]] T* as() noexcept {
    return std::get_if<T>(&data_);
  }

  // Calls `visitor` with the content; None is a std::monostate.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), data_);
  }

  // Makes this a str; reuses its storage if it already is one.
  void assign_text(std::string_view text);

  // Returns the text that Python's repr() would give, for messages.
  [[nodiscard]] std::string repr() const;

  // Compares kind and content: 1, 1.0 and True are three different values. Two NaN are equal.
  friend bool operator==(const Value& a, const Value& b);

 private:
  // The types are in the order of Kind.
  using Data = std::variant<std::monostate, bool, std::int64_t, BigInt, double, std::string, Bytes,
                            List, Tuple, Set, FrozenSet, Dict, Handle>;

  // Returns whether the content fits one word and has nothing to free.
  [[nodiscard]] bool is_plain() const noexcept {
    return kind() <= Kind::kInt || kind() == Kind::kDouble;
  }
  // GCC 12 does not see that the branches below never read a None.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
  // Copies `other` if it is plain, and moves it otherwise.
  static Data moved_from(Value& other) noexcept {
    switch (other.kind()) {
      case Kind::kNone:
        return {};
      case Kind::kBool:
        return {*std::get_if<bool>(&other.data_)};
      case Kind::kInt:
        return {*std::get_if<std::int64_t>(&other.data_)};
      case Kind::kDouble:
        return {*std::get_if<double>(&other.data_)};
      default:
        return {std::move(other.data_)};
    }
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
  void destroy() noexcept {
    if (!is_plain()) {
      std::destroy_at(&data_);
    }
  }

  union {        // so that destroy() decides whether the destructor runs
    Data data_;  // NOLINT(readability-identifier-naming)
  };
};

// Describes an argument that is passed by its name.
struct Keyword {
  std::string name;
  Value value;
};

// Says how the text of a Value is decoded when it becomes a Python str, and how a str is encoded.
enum class TextMode : std::uint8_t {
  // The text is UTF-8 that may contain lone surrogates. Any Python str round-trips exactly.
  kExact,
  // The text is in the host's encoding, decoded with `surrogateescape`. Any bytes round-trip.
  kHost,
};

// Names the encoding of TextMode::kHost: any codec that Python knows ("utf-8", "cp1251"). Another
// name is kEncodingError when text is converted. Thread safety: as for std::string.
class TextCodec {
 public:
  // Makes the codec of UTF-8.
  TextCodec() = default;
  explicit TextCodec(std::string encoding);

  [[nodiscard]] const std::string& encoding() const noexcept { return encoding_; }
  [[nodiscard]] bool is_utf8() const noexcept { return is_utf8_; }
  // Returns whether ASCII text has the same bytes in this encoding, so that it needs no conversion.
  [[nodiscard]] bool extends_ascii() const noexcept { return extends_ascii_; }

 private:
  std::string encoding_ = "utf-8";
  bool is_utf8_ = true;
  bool extends_ascii_ = true;
};

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
// outlive it: it is meant for the arguments of a function. Thread safety: as for std::string_view.
//
//   scripts->post(on_chat, {nick, "hello"});
//   scripts->call("stats", "seen", {nick, 12, Bytes{raw}});
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
  Argument(char) = delete;  // otherwise 'a' would become 97
  Argument(double number) noexcept : content_{.real = number}, size_(0), kind_(ArgKind::kFloat) {}
  // Views the content of `value` if it is of one of the kinds above.
  Argument(const Value& value) noexcept;
  Argument(std::nullptr_t) noexcept;  // None
  // NOLINTEND(*-explicit-*)

  [[nodiscard]] ArgKind kind() const noexcept { return kind_; }
  // Each of these REQUIRES that kind() is the kind that it returns. text() returns bytes, too.
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
#pragma GCC visibility pop
