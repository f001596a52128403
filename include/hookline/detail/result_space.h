#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "hookline/error.h"

namespace hookline::detail {

// Not inline: GCC 12 takes the branch that it is in for one that frees a value.
void delete_error(Error* error) noexcept;

// What a ResultSpace holds.
enum class Kept : std::uint8_t { kNothing, kValue, kError };

// Room for a Result<T> that is not always there, no larger than T: errors are rare, and live on the
// heap. What it holds is noted by its owner, who has a spare byte where this would need eight, and
// who empties it before it ends.
//
// Thread safety: none.
template <class T>
class ResultSpace {
 public:
  // Null for GCC 12, which thinks that somebody might read it.
  ResultSpace() noexcept : error_(nullptr) {}
  ResultSpace(const ResultSpace&) = delete;
  ResultSpace& operator=(const ResultSpace&) = delete;
  ~ResultSpace() {}  // NOLINT(*-equals-default)

  // REQUIRES: `kept` is kNothing.
  void set(Kept& kept, Result<T>&& result) noexcept {
    assert(kept == Kept::kNothing);
    if (result) [[likely]] {
      if constexpr (!std::is_void_v<T>) {
        std::construct_at(&value_, *std::move(result));
      }
      kept = Kept::kValue;
    } else {
      std::construct_at(&error_, std::make_unique<Error>(std::move(result.error())).release());
      kept = Kept::kError;
    }
  }

  // REQUIRES: `kept` is not kNothing. Afterwards it is.
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

  void clear(Kept& kept) noexcept {
    if constexpr (!std::is_void_v<T>) {
      if (kept == Kept::kValue) {
        std::destroy_at(&value_);
      }
    }
    if (kept == Kept::kError) [[unlikely]] {
      delete_error(error_);
    }
    kept = Kept::kNothing;
  }

 private:
  struct Nothing {};

  [[gnu::cold, gnu::noinline]] Result<T> take_error(Kept& kept) {
    Result<T> result = std::unexpected(std::move(*error_));
    clear(kept);
    return result;
  }

  union {
    std::conditional_t<std::is_void_v<T>, Nothing, T> value_;  // NOLINT(*-naming)
    Error* error_;                                             // NOLINT(*-naming): owned
  };
};

}  // namespace hookline::detail
