#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "hookline/error.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// Moves an error to the heap. If there is no memory, returns an error that is made beforehand, with
// the same code and the message "out of memory". The next two functions know both kinds.
[[nodiscard]] Error* keep_error(Error&& error) noexcept;
// Returns the error and frees its memory.
[[nodiscard]] Error take_kept_error(Error* error) noexcept;
// Not inline, since GCC 12 would otherwise warn that a value is freed here.
void delete_error(Error* error) noexcept;

// Says what is in a ResultSpace.
enum class Kept : std::uint8_t { kNothing, kValue, kError };

// Storage for a Result<T> that may be absent. It is no larger than T, because errors are rare and
// live on the heap.
//
// The owner keeps the Kept beside it, in a spare byte, where a member would take eight. The owner
// must clear() the space before it destroys it.
//
// Thread safety: none.
template <class T>
class ResultSpace {
 public:
  // Initialized only because GCC 12 warns that it might be read.
  ResultSpace() noexcept : error_(nullptr) {}
  ResultSpace(const ResultSpace&) = delete;
  ResultSpace& operator=(const ResultSpace&) = delete;
  ~ResultSpace() {}  // NOLINT(*-equals-default)

  // Stores a result and sets `kept`. REQUIRES: `kept` is kNothing.
  void set(Kept& kept, Result<T>&& result) noexcept {
    assert(kept == Kept::kNothing);
    if (result) [[likely]] {
      if constexpr (!std::is_void_v<T>) {
        std::construct_at(&value_, *std::move(result));
      }
      kept = Kept::kValue;
    } else {
      std::construct_at(&error_, keep_error(std::move(result.error())));
      kept = Kept::kError;
    }
  }

  // Moves the result out and sets `kept` to kNothing. REQUIRES: `kept` is not kNothing.
  [[nodiscard]] Result<T> take(Kept& kept) {
    assert(kept != Kept::kNothing);
    if (kept == Kept::kError) [[unlikely]] {
      return take_error(kept);
    }
    if constexpr (std::is_void_v<T>) {
      kept = Kept::kNothing;
      return {};
    } else {
      Result<T> result(std::in_place, std::move(value_));
      clear(kept);
      return result;
    }
  }

  // Returns the value, or nullptr if there is an error or nothing.
  [[nodiscard]] const T* peek(Kept kept) const noexcept {
    return kept == Kept::kValue ? &value_ : nullptr;
  }

  // Destroys the result, if there is one, and sets `kept` to kNothing.
  void clear(Kept& kept) noexcept {
    if constexpr (!std::is_void_v<T>) {
      if (kept == Kept::kValue) {
        std::destroy_at(&value_);
      }
    }
    if (kept == Kept::kError) [[unlikely]] {
      drop_error();
    }
    kept = Kept::kNothing;
  }

 private:
  struct Nothing {};

  [[gnu::cold, gnu::noinline]] Result<T> take_error(Kept& kept) {
    kept = Kept::kNothing;
    return std::unexpected(take_kept_error(error_));
  }
  // Inlined, GCC 14 says that `error_` may be uninitialized.
  [[gnu::cold, gnu::noinline]] void drop_error() noexcept { delete_error(error_); }

  union {
    std::conditional_t<std::is_void_v<T>, Nothing, T> value_;  // NOLINT(*-naming)
    Error* error_;                                             // NOLINT(*-naming): owned
  };
};

}  // namespace hookline::detail
#pragma GCC visibility pop
