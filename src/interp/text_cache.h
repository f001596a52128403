#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

// The short texts that came last into an interpreter, as the Python strings that were made of them.
//
// What a hub tells its scripts is about the same few hundred nicks all the time. A string that is
// found here needs no memory, and a script that uses it as the key of a dict finds its hash in it.
// Strings do not change, so that nothing else tells it from a fresh one.
//
// Bounded: kSlots strings of at most kLongest characters, 40 KB.
//
// Thread safety: none. REQUIRES for all but find()'s being called in vain: the interpreter is
// attached, also when it is destroyed with something in it.
class TextCache {
 public:
  static constexpr std::size_t kSlots = 512;
  static constexpr std::size_t kShortest = 4;
  static constexpr std::size_t kLongest = 32;

  TextCache() = default;
  TextCache(const TextCache&) = delete;
  TextCache& operator=(const TextCache&) = delete;
  ~TextCache() = default;

  [[nodiscard]] static bool takes(std::string_view text) noexcept {
    return text.size() - kShortest <= kLongest - kShortest;
  }
  // A new reference, or nullptr: it is not here. REQUIRES: takes(text).
  [[nodiscard]] PyObject* find(std::string_view text) const noexcept {
    PyObject* const str = slots_[slot_of(text)].get();
    const bool found = str != nullptr &&
                       static_cast<std::size_t>(PyUnicode_GET_LENGTH(str)) == text.size() &&
                       same(static_cast<const char*>(PyUnicode_DATA(str)), text);
    return found ? Py_NewRef(str) : nullptr;
  }
  // Keeps what was made of `text`, if it has the same bytes. REQUIRES: takes(text).
  void keep(std::string_view text, PyObject* str) {
    if (PyUnicode_IS_COMPACT_ASCII(str)) {
      slots_[slot_of(text)] = PyRef::borrow(str);
    }
  }

 private:
  // By its first and its last bytes; those in between hardly tell one nick from another.
  [[nodiscard]] static std::size_t slot_of(std::string_view text) noexcept {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (text.size() >= sizeof(first)) {
      std::memcpy(&first, text.data(), sizeof(first));
      std::memcpy(&last, text.data() + text.size() - sizeof(last), sizeof(last));
    } else {
      std::memcpy(&first, text.data(), kShortest);
      std::memcpy(&last, text.data() + text.size() - kShortest, kShortest);
    }
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;  // 2^64 / the golden ratio
    constexpr int kSlotBits = 9;
    static_assert(kSlots == std::size_t{1} << kSlotBits);
    return static_cast<std::size_t>(((first ^ (last * kMix)) * kMix) >> (64 - kSlotBits));
  }

  // A word at a time, the last one over the end of the one before: texts are shorter than it takes
  // to find out how to compare them.
  [[nodiscard]] static bool same(const char* data, std::string_view text) noexcept {
    if (text.size() < sizeof(std::uint64_t)) {
      return same_at<std::uint32_t>(data, text, 0) &&
             same_at<std::uint32_t>(data, text, text.size() - sizeof(std::uint32_t));
    }
    const std::size_t last = text.size() - sizeof(std::uint64_t);
    for (std::size_t at = 0; at < last; at += sizeof(std::uint64_t)) {
      if (!same_at<std::uint64_t>(data, text, at)) {
        return false;
      }
    }
    return same_at<std::uint64_t>(data, text, last);
  }
  template <class Word>
  [[nodiscard]] static bool same_at(const char* data, std::string_view text,
                                    std::size_t at) noexcept {
    Word a = 0;
    Word b = 0;
    std::memcpy(&a, data + at, sizeof(a));
    std::memcpy(&b, text.data() + at, sizeof(b));
    return a == b;
  }

  std::array<PyRef, kSlots> slots_;
};

}  // namespace hookline::detail
