#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

// Where in a nested value a conversion is: a chain of frames on the stack, one per container that
// it is inside of. Moving on costs a store or two; text is made only if an error needs it.
//
// A frame refers to its parent and to the key at which it stands, so neither may go before it does.
class ValuePath {
 public:
  // Stands at a whole value, called `name` in messages ("args", "result"). `name` is not copied.
  explicit ValuePath(std::string_view name) noexcept : name_(name) {}
  // Enters the container that `parent` stands at. `identity` tells containers apart; nullptr if
  // nothing here can be cyclic.
  ValuePath(const ValuePath& parent, const void* identity) noexcept
      : parent_(&parent), identity_(identity), depth_(parent.depth_ + 1) {}
  // Stays where `parent` stands, inside one thing more: what a container stands for.
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

  // How many containers this is inside of.
  [[nodiscard]] int depth() const noexcept { return depth_; }
  // Whether one of them is `identity`.
  [[nodiscard]] bool is_inside(const void* identity) const noexcept;

  // "args[1].users[3]"; a key that is no identifier as in "args[1]['user name']".
  [[nodiscard]] std::string to_string() const;
  // An error whose message is "<path>: <what>".
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

// What conversions make of a `max_depth`: above this one the stack would be at risk.
inline constexpr int kLargestMaxDepth = 1000;

}  // namespace hookline
