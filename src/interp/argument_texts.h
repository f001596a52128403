#pragma once

#include "interp/spare_texts.h"
#include "interp/text_cache.h"

namespace hookline::detail {

// Where an interpreter's strings for arguments come from, before it makes one. Short ones are
// mostly nicks, which come again; longer ones are lines, which do not.
//
// For codecs in which what is ASCII has the bytes of ASCII. Thread safety: none.
struct ArgumentTexts {
  static_assert(SpareTexts::kShortest == TextCache::kLongest + 1);

  TextCache recent;
  SpareTexts spare;
};

}  // namespace hookline::detail
