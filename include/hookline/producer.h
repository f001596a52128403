#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "hookline/error.h"
#include "hookline/text.h"
#include "hookline/value.h"

namespace hookline {

// Items that C++ makes one by one, as a script asks for them. In a script it is an iterator:
//
//   class Users final : public Producer { ... };
//   scripts->call("stats", "count", {make_producer(std::make_unique<Users>())});
//
//   def count(users):
//       return sum(1 for user in users)
//
// Destroyed when the script has come to the end, closes it (close(), a `with` block), drops it or
// is unloaded, or when the value was not passed to any.
//
// Thread safety: one thread at a time, whichever of the script's threads iterates (for the plain
// `for` loop that is its worker), without the GIL. REQUIRES: it does not wait for a call to the
// same script, which would have to wait for it.
class Producer {
 public:
  Producer() = default;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  virtual ~Producer() = default;

  // The next item, nothing at the end, or an error, which is raised in the script as an exception.
  // One that it throws becomes what it does from a function of the host (plugin/exception_table.h).
  // Not called again after an end or an error.
  [[nodiscard]] virtual Result<std::optional<Value>> next() = 0;
};

// A value that is `producer`, a Handle: to be passed as an argument, also deep inside of one. It is
// given to a single script, once: a second conversion is kBadArguments.
// `text`: what the str in its items are.
[[nodiscard]] Value make_producer(std::unique_ptr<Producer> producer,
                                  TextMode text = TextMode::kExact);

// What was given to make_producer().
struct ProducerSource {
  std::unique_ptr<Producer> producer;
  TextMode text = TextMode::kExact;
};
// Whether make_producer() has made it.
[[nodiscard]] bool is_producer(const Handle& handle) noexcept;
// Takes it out of `handle` and all of its copies. No producer if it has been taken before.
// REQUIRES: is_producer(handle). Thread safety: any thread.
[[nodiscard]] ProducerSource take_producer(const Handle& handle) noexcept;

template <class F>
class FunctionProducer final : public Producer {
 public:
  explicit FunctionProducer(F function) : function_(std::move(function)) {}
  [[nodiscard]] Result<std::optional<Value>> next() override { return std::invoke(function_); }

 private:
  F function_;
};

// make_producer() of a function that returns an std::optional<Value>, or a Result of one.
template <class F>
[[nodiscard]] Value produce(F next, TextMode text = TextMode::kExact) {
  using Returned = std::invoke_result_t<F&>;
  static_assert(std::is_same_v<Returned, std::optional<Value>> ||
                    std::is_same_v<Returned, Result<std::optional<Value>>>,
                "the function must return std::optional<Value>, or a Result of that");
  return make_producer(std::make_unique<FunctionProducer<F>>(std::move(next)), text);
}

}  // namespace hookline
