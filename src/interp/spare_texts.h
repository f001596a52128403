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

// Returns whether SpareTexts may be used with that version of CPython, a PY_VERSION_HEX.
[[nodiscard]] constexpr bool knows_text_layout(unsigned long version) noexcept {
  constexpr unsigned kMinorShift = 16;
  constexpr unsigned kLevelShift = 4;
  constexpr unsigned long kReleased = 0xF;  // others are alpha, beta and candidate releases
  const unsigned long minor = version >> kMinorShift;
  const bool is_released = ((version >> kLevelShift) & 0xF) == kReleased;
  return is_released && (minor == 0x030D || minor == 0x030E);
}

// Keeps argument strings after their call, to reuse them for the next texts of the same lengths.
// Scripts mostly drop a nick or a line when the hook returns. Overwriting such a string costs a
// tenth of freeing it and allocating another, and the string is in the first cache.
//
// A string is only kept if nobody else has a reference to it, so that nobody sees it change. Python
// does the same in PyUnicode_Resize() and `a += b`.
//
// This writes into CPython's private layout of a string, and relies on a reference count of one
// meaning that there is no other reference. So it is on for exactly the minor versions of CPython
// on which the tests have passed; with any other version nothing is kept and every text makes a new
// string. -DHOOKLINE_SPARE_TEXTS=0 turns it off everywhere.
//
// Keeps at most two strings for each length from kShortest to kLongest, together at most 100 KB.
//
// Thread safety: none. All methods and the destructor REQUIRE that the interpreter is attached, and
// that its codec encodes ASCII text as the same bytes.
class SpareTexts {
 public:
  static constexpr bool kAvailable = HOOKLINE_SPARE_TEXTS != 0 && knows_text_layout(PY_VERSION_HEX);
  static constexpr std::size_t kShortest = 4;
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
    Pair& pair = pairs_[text.size() - kShortest];
    PyRef& kept = pair.first ? pair.first : pair.second;
    if (!kept || !copy_ascii(text, static_cast<char*>(PyUnicode_DATA(kept.get())))) {
      return nullptr;
    }
    constexpr Py_hash_t kNone = -1;
    reinterpret_cast<PyASCIIObject*>(kept.get())->hash = kNone;
    return kept.release();
  }

  // Takes over the reference and returns true if it is the last one, and refers to a string that
  // can be overwritten.
  [[nodiscard]] bool give(PyObject* object) noexcept {
    if (!kAvailable || Py_REFCNT(object) != 1 || !PyUnicode_CheckExact(object) ||
        !PyUnicode_IS_COMPACT_ASCII(object) || PyUnicode_CHECK_INTERNED(object) != 0) {
      return false;
    }
    const auto size = static_cast<std::size_t>(PyUnicode_GET_LENGTH(object));
    if (!takes(size)) {
      return false;
    }
    Pair& pair = pairs_[size - kShortest];
    PyRef& free = pair.first ? pair.second : pair.first;
    if (free) {
      return false;
    }
    free = PyRef::steal(object);
    return true;
  }

 private:
  [[nodiscard]] static bool takes(std::size_t size) noexcept {
    return kAvailable && size - kShortest <= kLongest - kShortest;
  }
  // Copies the text. Returns false if it is not ASCII; the copy is then useless.
  [[nodiscard]] static bool copy_ascii(std::string_view text, char* to) noexcept {
    return text.size() < sizeof(std::uint64_t)
               ? copy_words<std::uint32_t, 0x80808080>(text, to)
               : copy_words<std::uint64_t, 0x8080808080808080>(text, to);
  }
  // Copies a word at a time; the last word may overlap the previous one. For texts this short,
  // memcpy would take longer to choose a method than to copy.
  template <class Word, Word HighBits>
  [[nodiscard]] static bool copy_words(std::string_view text, char* to) noexcept {
    Word bits = 0;
    const auto copy = [&](std::size_t at) {
      Word word = 0;
      std::memcpy(&word, text.data() + at, sizeof(word));
      std::memcpy(to + at, &word, sizeof(word));
      bits |= word;
    };
    const std::size_t last = text.size() - sizeof(Word);
    for (std::size_t at = 0; at < last; at += sizeof(Word)) {
      copy(at);
    }
    copy(last);
    return (bits & HighBits) == 0;
  }

  // Holds the strings of one length: two, because a nick and another nick may come together.
  struct Pair {
    PyRef first;
    PyRef second;
  };
  std::array<Pair, kLongest - kShortest + 1> pairs_;
};

}  // namespace hookline::detail
