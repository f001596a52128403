#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "marshal/py_ref.h"
#include "marshal/python.h"

#ifndef HOOKLINE_SPARE_TEXTS
#define HOOKLINE_SPARE_TEXTS 1
#endif

namespace hookline::detail {

// Caches the Python strings of the short texts that an interpreter got last.
//
// The events of a hub are mostly about the same few hundred nicks. A string that is found here
// needs no allocation, and its hash is computed already if a script used it as a key. Since strings
// are immutable, a script cannot tell it from a fresh one.
//
// Bounded: kSlots strings of at most kLongest characters, 40 KB.
//
// Thread safety: none. REQUIRES: the interpreter is attached; the destructor does not need this if
// the cache is empty. A find() that finds nothing may be called without it.
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
  // Returns a new reference, or nullptr if the text is not cached. REQUIRES: takes(text).
  [[nodiscard]] PyObject* find(std::string_view text) const noexcept {
    PyObject* const str = slots_[slot_of(text)].get();
    const bool found = str != nullptr &&
                       static_cast<std::size_t>(PyUnicode_GET_LENGTH(str)) == text.size() &&
                       same(static_cast<const char*>(PyUnicode_DATA(str)), text);
    return found ? Py_NewRef(str) : nullptr;
  }
  // Caches `str`, which was made of `text`, if it has the same bytes. REQUIRES: takes(text).
  void keep(std::string_view text, PyObject* str) {
    if (PyUnicode_IS_COMPACT_ASCII(str)) {
      slots_[slot_of(text)] = PyRef::borrow(str);
    }
  }

 private:
  // Hashes the first and last bytes; those in between hardly distinguish nicks.
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

  // Compares a word at a time; the last word may overlap the previous one. For texts this short,
  // memcmp would take longer to choose a method than to compare.
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

// Returns whether SpareTexts may be used with that version of CPython, a PY_VERSION_HEX.
[[nodiscard]] constexpr bool knows_text_layout(unsigned long version) noexcept {
  constexpr unsigned kMinorShift = 16;
  constexpr unsigned kLevelShift = 4;
  constexpr unsigned long kReleased = 0xF;  // others are alpha, beta and candidate releases
  const unsigned long minor = version >> kMinorShift;
  const bool is_released = ((version >> kLevelShift) & 0xF) == kReleased;
  return is_released && (minor == 0x030D || minor == 0x030E);
}

// Keeps argument strings after their call, to reuse them for the next texts of the same lengths. A
// chat line comes once, and scripts mostly drop it when the hook returns. Overwriting such a string
// costs a tenth of freeing it and allocating another.
//
// A string is only kept if nobody else has a reference to it, so that nobody sees it change. Python
// does the same in PyUnicode_Resize() and `a += b`.
//
// This writes into CPython's private layout of a string, and relies on a reference count of one
// meaning that there is no other reference. So it is on for exactly the minor versions of CPython
// on which the tests have passed; with any other version nothing is kept and every text makes a new
// string. -DHOOKLINE_SPARE_TEXTS=0 turns it off everywhere.
//
// Bounded: one string for each length from kShortest to kLongest, 50 KB.
//
// Thread safety: none. All methods and the destructor REQUIRE that the interpreter is attached.
class SpareTexts {
 public:
  static constexpr bool kAvailable = HOOKLINE_SPARE_TEXTS != 0 && knows_text_layout(PY_VERSION_HEX);
  static constexpr std::size_t kShortest = 33;
  static constexpr std::size_t kLongest = 256;

  SpareTexts() = default;
  SpareTexts(const SpareTexts&) = delete;
  SpareTexts& operator=(const SpareTexts&) = delete;
  ~SpareTexts() = default;

  // Returns a new reference to a string with this text, to which there is no other reference; or
  // nullptr if no string of that length is kept or the text is not ASCII.
  [[nodiscard]] PyObject* take(std::string_view text) noexcept {
    if (!takes(text.size())) {
      return nullptr;
    }
    PyRef& slot = slots_[text.size() - kShortest];
    if (!slot || !copy_ascii(text, static_cast<char*>(PyUnicode_DATA(slot.get())))) {
      return nullptr;
    }
    constexpr Py_hash_t kNone = -1;
    reinterpret_cast<PyASCIIObject*>(slot.get())->hash = kNone;
    return slot.release();
  }

  // Takes over the reference and returns true if it is the last one, and refers to a string that
  // can be overwritten.
  [[nodiscard]] bool give(PyObject* object) noexcept {
    if (!kAvailable || Py_REFCNT(object) != 1 || !PyUnicode_CheckExact(object) ||
        !PyUnicode_IS_COMPACT_ASCII(object) || PyUnicode_CHECK_INTERNED(object) != 0) {
      return false;
    }
    const auto size = static_cast<std::size_t>(PyUnicode_GET_LENGTH(object));
    if (!takes(size) || slots_[size - kShortest]) {
      return false;
    }
    slots_[size - kShortest] = PyRef::steal(object);
    return true;
  }

 private:
  [[nodiscard]] static bool takes(std::size_t size) noexcept {
    return kAvailable && size - kShortest <= kLongest - kShortest;
  }
  // Copies a word at a time; the last word may overlap the previous one. Returns false if the text
  // is not ASCII; the copy is then useless.
  [[nodiscard]] static bool copy_ascii(std::string_view text, char* to) noexcept {
    std::uint64_t bits = 0;
    const auto copy = [&](std::size_t at) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + at, sizeof(word));
      std::memcpy(to + at, &word, sizeof(word));
      bits |= word;
    };
    const std::size_t last = text.size() - sizeof(bits);
    for (std::size_t at = 0; at < last; at += sizeof(bits)) {
      copy(at);
    }
    copy(last);
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    return (bits & kHighBits) == 0;
  }

  std::array<PyRef, kLongest - kShortest + 1> slots_;
};

// The Python strings that an interpreter keeps for the arguments of its calls, and tries before it
// makes a new one. Short texts are mostly nicks, which are repeated; longer ones are lines, which
// are not.
//
// REQUIRES: a codec that encodes ASCII text as the same bytes. Thread safety: none.
struct ArgumentTexts {
  static_assert(SpareTexts::kShortest == TextCache::kLongest + 1);

  TextCache recent;
  SpareTexts spare;
};

}  // namespace hookline::detail
