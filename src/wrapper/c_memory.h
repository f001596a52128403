#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "wrapper/wrapper.h"

namespace hookline::wrapper {

// Memory that crosses the C interface: whoever gets it releases it with free(). They end the
// process when there is none, as new does without a handler.
[[nodiscard]] void* c_allocate(std::size_t size);
[[nodiscard]] char* c_copy(std::string_view text);
void c_free(void* memory) noexcept;

// Owns the block of a w_Targs, but nothing that it points to.
struct FreeBlock {
  void operator()(w_Targs* args) const noexcept { c_free(args); }
};
using ArgsBlock = std::unique_ptr<w_Targs, FreeBlock>;

// Owns a w_Targs with all of its strings: what w_free_args() releases.
struct FreeArgs {
  void operator()(w_Targs* args) const noexcept;
};
using OwnedArgs = std::unique_ptr<w_Targs, FreeArgs>;

}  // namespace hookline::wrapper
