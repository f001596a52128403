#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hookline {

class Value;

// A Python int beyond 64 bits: its decimal digits, with a leading '-' if negative. Never one that
// would fit an int64: such a number is always held as int64, so that equal numbers compare equal.
struct BigInt {
  std::string digits;
  friend bool operator==(const BigInt&, const BigInt&) = default;
};

struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

using List = std::vector<Value>;

struct Tuple {
  std::vector<Value> items;
  friend bool operator==(const Tuple&, const Tuple&) = default;
};

// Items are in the order in which Python iterated them; equality ignores that order.
struct Set {
  std::vector<Value> items;
  friend bool operator==(const Set& a, const Set& b);
};

struct FrozenSet {
  std::vector<Value> items;
  friend bool operator==(const FrozenSet& a, const FrozenSet& b);
};

// Insertion order is kept and, as in Python, does not count for equality. Keys are unique: whoever
// builds one by hand sees to that.
struct Dict {
  std::vector<std::pair<Value, Value>> items;
  // The value under a str key, or nullptr. Linear: a Dict is a message, not an index.
  [[nodiscard]] const Value* find(std::string_view key) const;
  friend bool operator==(const Dict& a, const Dict& b);
};

// Keeps a Python object alive in the interpreter that it belongs to, without giving anybody else
// access to it. Only `interp` makes and opens one; destroying the last copy on any thread is safe.
class Handle {
 public:
  Handle() = default;
  explicit Handle(std::shared_ptr<void> object) : object_(std::move(object)) {}
  [[nodiscard]] const std::shared_ptr<void>& object() const { return object_; }
  friend bool operator==(const Handle&, const Handle&) = default;

 private:
  std::shared_ptr<void> object_;
};

enum class Kind : std::uint8_t {
  kNone,
  kBool,
  kInt,
  kBigInt,
  kDouble,
  kStr,
  kBytes,
  kList,
  kTuple,
  kSet,
  kFrozenSet,
  kDict,
  kHandle,
};

// The Python name of a kind, for messages: "NoneType", "int", "str", ...
[[nodiscard]] std::string_view kind_name(Kind kind) noexcept;

// A Python-free copy of a Python object, safe to move between threads.
//
// Text: a kStr holds UTF-8 in which a lone surrogate (U+D800-U+DFFF) is written as its own three
// bytes, so that every Python str round-trips exactly. Bytes that come from a hub are no text yet:
// they too travel in a kStr, and whoever passes them on says so with TextMode::kHub
// (marshal/text.h), which decodes on the worker and gives the same bytes back.
//
// Thread safety: as for std::string. Const access from several threads is safe.
class Value {
 public:
  Value() noexcept : data_() {}
  Value(std::nullptr_t) noexcept : data_() {}                           // NOLINT(*-explicit-*)
  Value(bool v) noexcept : data_(v) {}                                  // NOLINT(*-explicit-*)
  Value(int v) noexcept : data_(static_cast<std::int64_t>(v)) {}        // NOLINT(*-explicit-*)
  Value(long v) noexcept : data_(static_cast<std::int64_t>(v)) {}       // NOLINT(*-explicit-*)
  Value(long long v) noexcept : data_(static_cast<std::int64_t>(v)) {}  // NOLINT(*-explicit-*)
  Value(unsigned v) noexcept : data_(static_cast<std::int64_t>(v)) {}   // NOLINT(*-explicit-*)
  Value(unsigned long v);                                               // NOLINT(*-explicit-*)
  Value(double v) noexcept : data_(v) {}                                // NOLINT(*-explicit-*)
  Value(const char* v) : data_(std::string(v)) {}                       // NOLINT(*-explicit-*)
  Value(std::string_view v) : data_(std::string(v)) {}                  // NOLINT(*-explicit-*)
  Value(std::string v) : data_(std::move(v)) {}                         // NOLINT(*-explicit-*)
  Value(BigInt v) : data_(std::move(v)) {}                              // NOLINT(*-explicit-*)
  Value(Bytes v) : data_(std::move(v)) {}                               // NOLINT(*-explicit-*)
  Value(List v) : data_(std::move(v)) {}                                // NOLINT(*-explicit-*)
  Value(Tuple v) : data_(std::move(v)) {}                               // NOLINT(*-explicit-*)
  Value(Set v) : data_(std::move(v)) {}                                 // NOLINT(*-explicit-*)
  Value(FrozenSet v) : data_(std::move(v)) {}                           // NOLINT(*-explicit-*)
  Value(Dict v) : data_(std::move(v)) {}                                // NOLINT(*-explicit-*)
  Value(Handle v) : data_(std::move(v)) {}                              // NOLINT(*-explicit-*)
  Value(const void*) = delete;  // a stray pointer would otherwise become a bool

  // Most results are None, a bool, an int or a float. A variant moves and destroys even those
  // through a table of functions, so that is avoided here.
  Value(const Value& other) : data_(other.data_) {}
  Value(Value&& other) noexcept : data_(moved_from(other)) {}
  Value& operator=(const Value& other) {
    data_ = other.data_;
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    if (this != &other) {
      destroy();
      ::new (static_cast<void*>(&data_))
          Data(moved_from(other));  // made there, and not moved there
    }
    return *this;
  }
  ~Value() { destroy(); }

  [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(data_.index()); }
  [[nodiscard]] bool is_none() const noexcept { return kind() == Kind::kNone; }

  // The content if it is of that type, else nullptr: `if (const auto* s = v.as<std::string>())`.
  // T is one of the types in Data.
  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&data_);
  }
  template <class T>
  [[nodiscard]] T* as() noexcept {
    return std::get_if<T>(&data_);
  }

  // Calls `visitor` with the content, whatever its type; None is a std::monostate.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), data_);
  }

  // Makes this a str, reusing the storage that it has if it already is one.
  void assign_text(std::string_view text);

  // For debugging and test failures: the way Python's repr() would write it.
  [[nodiscard]] std::string repr() const;

  // Structural, and strict about kinds: 1, 1.0 and True are three different values. Two nan are
  // equal, so that a round trip can be checked.
  friend bool operator==(const Value& a, const Value& b);

 private:
  // The order is that of Kind.
  using Data = std::variant<std::monostate, bool, std::int64_t, BigInt, double, std::string, Bytes,
                            List, Tuple, Set, FrozenSet, Dict, Handle>;

  // Whether it is all in one word, with nothing to free.
  [[nodiscard]] bool is_plain() const noexcept {
    return kind() <= Kind::kInt || kind() == Kind::kDouble;
  }
  // GCC 12 does not see that a None never gets to the branches that read more.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
  // A plain `other` is only copied.
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

  union {        // so that its destructor runs only when there is something to destroy
    Data data_;  // NOLINT(readability-identifier-naming)
  };
};

}  // namespace hookline
