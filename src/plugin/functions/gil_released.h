#pragma once

#include "marshal/py_ref.h"

namespace hookline::detail {

// Releases the interpreter's GIL while it lives. REQUIRES: the calling thread holds it.
class GilReleased {
 public:
  GilReleased();
  ~GilReleased();
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;

 private:
  friend class GilRegained;
  // Returns the calling thread's innermost GilReleased that is not inside of a GilRegained.
  static GilReleased*& innermost() noexcept;

  GilReleased* outer_;
  PyThreadState* state_;
};

// Holds the GIL again while it lives, inside of a GilReleased.
class GilRegained {
 public:
  GilRegained();
  ~GilRegained();
  GilRegained(const GilRegained&) = delete;
  GilRegained& operator=(const GilRegained&) = delete;

  // Returns false if the calling thread is not inside of a GilReleased. In that case it does not
  // hold the GIL.
  explicit operator bool() const noexcept { return released_ != nullptr; }

 private:
  GilReleased* released_;
};

}  // namespace hookline::detail
