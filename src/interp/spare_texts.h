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

// Whether SpareTexts may be used with that version of CPython, which is as in PY_VERSION_HEX.
[[nodiscard]] constexpr bool knows_text_layout(unsigned long version) noexcept {
  constexpr unsigned kMinorShift = 16;
  const unsigned long minor = version >> kMinorShift;
  return minor == 0x030D || minor == 0x030E;
}

// Strings that a call has left behind, for the next texts of their lengths: a chat line comes once,
// and mostly is forgotten as soon as its hook has returned. To write over such a string costs a
// tenth of what it takes to free it and to make another.
//
// A string is only kept while nobody else has a reference to it, so that nobody sees it change: as
// PyUnicode_Resize() and `a += b` do it inside Python.
//
// This writes into CPython's private layout of a string, and relies on a reference count of one
// meaning that nobody else has it. So it is on for exactly the versions of CPython that the tests
// have passed on; with any other one, nothing is kept and every text makes a new string.
// -DHOOKLINE_SPARE_TEXTS=0 turns it off everywhere.
//
// Bounded: one string for each length from kShortest to kLongest, 50 KB.
//
// Thread safety: none. REQUIRES for all: the interpreter is attached, also for the destruction.
class SpareTexts {
 public:
  static constexpr bool kAvailable = HOOKLINE_SPARE_TEXTS != 0 && knows_text_layout(PY_VERSION_HEX);
  static constexpr std::size_t kShortest = 33;
  static constexpr std::size_t kLongest = 256;

  SpareTexts() = default;
  SpareTexts(const SpareTexts&) = delete;
  SpareTexts& operator=(const SpareTexts&) = delete;
  ~SpareTexts() = default;

  // A new reference to a string of this text, which is in no other hands; or nullptr: there is no
  // string of that length to spare, or the text is not ASCII.
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

  // Takes the reference over, if this is the last one, and to a string that can be written over.
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
  // A word at a time, the last one over the end of the one before. False: there is something else
  // than ASCII; the copy is then of no use.
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

}  // namespace hookline::detail
