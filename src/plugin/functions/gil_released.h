#pragma once

#include "marshal/py_ref.h"

namespace hookline::detail {

// Gives the interpreter's GIL up while it lives. REQUIRES: the calling thread has it.
class GilReleased {
 public:
  GilReleased();
  ~GilReleased();
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;

 private:
  friend class GilRegained;
  // What the calling thread gave up last, and has not got back.
  static GilReleased*& innermost() noexcept;

  GilReleased* outer_;
  PyThreadState* state_;
};

// Inside of a GilReleased: has the GIL again while it lives.
class GilRegained {
 public:
  GilRegained();
  ~GilRegained();
  GilRegained(const GilRegained&) = delete;
  GilRegained& operator=(const GilRegained&) = delete;

  // False: the calling thread has not given one up, and has none now.
  explicit operator bool() const noexcept { return released_ != nullptr; }

 private:
  GilReleased* released_;
};

}  // namespace hookline::detail
