#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Is the place in a nested value that a conversion has reached, for error messages. It is a chain
// of frames on the stack, one for each container around that place. Moving to the next item costs
// one or two stores; text is made only if an error needs it.
//
// Thread safety: none. Ownership: a frame refers to its name, its parent and its current key, which
// must outlive it.
class ValuePath {
 public:
  // Makes the place of a whole value, which messages call `name` ("args", "result").
  explicit ValuePath(std::string_view name) noexcept : name_(name) {}
  // Makes a place inside of the container at `parent`. `identity` is the address of the container,
  // by which cycles are detected; nullptr if there can be none.
  ValuePath(const ValuePath& parent, const void* identity) noexcept
      : parent_(&parent), identity_(identity), depth_(parent.depth_ + 1) {}
  // Makes the same place as `parent`, for an object that is converted in place of the one with
  // `identity` (such as a list in place of a deque).
  [[nodiscard]] static ValuePath in_place(const ValuePath& parent, const void* identity) noexcept {
    return {parent, identity, parent.depth_};
  }
  ValuePath(const ValuePath&) = delete;
  ValuePath& operator=(const ValuePath&) = delete;
  ~ValuePath() = default;

  // Moves to an item, to the value under a key, or to the n-th key itself.
  void at_index(std::size_t index) noexcept {
    step_ = Step::kIndex;
    index_ = index;
  }
  void at_key(const Value& key) noexcept {
    step_ = Step::kKey;
    key_ = &key;
  }
  void at_nth_key(std::size_t index) noexcept {
    step_ = Step::kNthKey;
    index_ = index;
  }

  // Returns the number of containers around this place.
  [[nodiscard]] int depth() const noexcept { return depth_; }
  // Returns whether one of them has that identity.
  [[nodiscard]] bool is_inside(const void* identity) const noexcept;

  // Writes the place as "args[1].users[3]", or "args[1]['user name']" for a key that is not an
  // identifier.
  [[nodiscard]] std::string to_string() const;
  // Makes an error whose message is "<path>: <what>".
  [[nodiscard]] Error error(ErrorCode code, std::string_view what) const;

 private:
  enum class Step : std::uint8_t { kNowhere, kIndex, kKey, kNthKey };
  ValuePath(const ValuePath& parent, const void* identity, int depth) noexcept
      : parent_(&parent), identity_(identity), depth_(depth) {}
  void append_step(std::string& text) const;

  const ValuePath* parent_ = nullptr;
  const void* identity_ = nullptr;
  std::string_view name_;
  const Value* key_ = nullptr;
  std::size_t index_ = 0;
  int depth_ = 0;
  Step step_ = Step::kNowhere;
};

namespace detail {

// Conversions reduce a larger `max_depth` to this one, because deeper values could overflow the
// stack.
inline constexpr int kLargestMaxDepth = 1000;

}  // namespace detail

}  // namespace hookline
#pragma GCC visibility pop
