#pragma once

#include "wrapper/wrapper.h"

namespace hookline::wrapper {

// Frees what a callback returned, with the strings of its s, D and L: they are from malloc.
//
// Lenient where a host means well: a string that it was given itself, and one in static memory (a
// literal), are left alone.
class CallbackResult {
 public:
  // `arguments` is what the callback was given, and must outlive this.
  CallbackResult(w_Targs* result, const w_Targs* arguments) noexcept
      : result_(result), arguments_(arguments) {}
  CallbackResult(const CallbackResult&) = delete;
  CallbackResult& operator=(const CallbackResult&) = delete;
  ~CallbackResult();

  [[nodiscard]] const w_Targs* get() const noexcept { return result_; }

 private:
  void release(w_Targs& args) const noexcept;
  void release(char* text) const noexcept;
  [[nodiscard]] bool is_argument(const char* text) const noexcept;

  w_Targs* result_;
  const w_Targs* arguments_;
};

}  // namespace hookline::wrapper
