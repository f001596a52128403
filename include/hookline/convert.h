#pragma once

// Converts between C++ types and Values: to_value(content), from_value<T>(value), and with them the
// arguments and results of typed calls and functions. docs/values.md has the table of types.
//
// Three templates in namespace hookline may be specialised for types of your own:
//   Fields<T>       for a struct that is a dict in Python: field(), optional_field()
//   Enumerators<T>  for an enum that is an int in Python
//   Converter<T>    for anything else; its read() reports errors at a ValuePath
//
// A Producer makes the items of a Python iterator in C++, when the script asks for them.

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "hookline/detail/convert_containers.h"  // IWYU pragma: export
#include "hookline/detail/convert_enums.h"       // IWYU pragma: export
#include "hookline/detail/convert_fields.h"      // IWYU pragma: export
#include "hookline/detail/convert_scalars.h"     // IWYU pragma: export
#include "hookline/detail/converter.h"           // IWYU pragma: export
#include "hookline/detail/value_path.h"          // IWYU pragma: export
#include "hookline/error.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Makes items in C++ one by one, as a script asks for them. The script gets an iterator:
//
//   class Users final : public Producer { ... };
//   scripts->call("stats", "count", {make_producer(std::make_unique<Users>())});
//
//   def count(users):
//       return sum(1 for user in users)
//
// Ownership: the producer is destroyed when the script has reached its end, closes it (with close()
// or a `with` block), drops it, or is unloaded. If no script got it, it is destroyed with the last
// copy of the Value.
//
// Thread safety: one thread at a time calls it, without the GIL: the thread of the script that
// iterates, which for a plain `for` loop is the script's worker. REQUIRES: it does not wait for a
// call to the same script, which could not begin before it returns.
class Producer {
 public:
  Producer() = default;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  virtual ~Producer() = default;

  // Returns the next item, nullopt at the end, or an error, which is raised in the script. A C++
  // exception is raised there too, translated as for functions of the host. Not called again after
  // the end or an error.
  [[nodiscard]] virtual Result<std::optional<Value>> next() = 0;
};

// Wraps `producer` in a Value (a Handle) that may be an argument or a part of one. Only one script
// can get it, and only once: converting it a second time is kBadArguments. `text` says how the text
// of its items is decoded. Thread safety: any thread.
[[nodiscard]] Value make_producer(std::unique_ptr<Producer> producer,
                                  TextMode text = TextMode::kExact);

namespace detail {

// Keeps the arguments of make_producer().
struct ProducerSource {
  std::unique_ptr<Producer> producer;
  TextMode text = TextMode::kExact;
};
// Returns whether make_producer() has made `handle`.
[[nodiscard]] bool is_producer(const Handle& handle) noexcept;
// Takes the producer out of `handle` and all of its copies. The result has no producer if it was
// taken before. REQUIRES: is_producer(handle). Thread safety: any thread.
[[nodiscard]] ProducerSource take_producer(const Handle& handle) noexcept;

template <class F>
class FunctionProducer final : public Producer {
 public:
  explicit FunctionProducer(F function) : function_(std::move(function)) {}
  [[nodiscard]] Result<std::optional<Value>> next() override { return std::invoke(function_); }

 private:
  F function_;
};

}  // namespace detail

// Wraps a function as a producer. It returns a std::optional<Value>, or a Result of one, and is
// called for each item as Producer::next() is. Thread safety: any thread.
template <class F>
[[nodiscard]] Value produce(F next, TextMode text = TextMode::kExact) {
  using Returned = std::invoke_result_t<F&>;
  static_assert(std::is_same_v<Returned, std::optional<Value>> ||
                    std::is_same_v<Returned, Result<std::optional<Value>>>,
                "the function must return std::optional<Value>, or a Result of that");
  return make_producer(std::make_unique<detail::FunctionProducer<F>>(std::move(next)), text);
}

}  // namespace hookline
#pragma GCC visibility pop
