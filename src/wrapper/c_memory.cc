#include "wrapper/c_memory.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "wrapper/args.h"

namespace hookline::wrapper {

void* c_allocate(std::size_t size) {
  void* memory = std::malloc(size);  // NOLINT(*-no-malloc): C code frees it
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

char* c_copy(std::string_view text) {
  char* const copy = static_cast<char*>(c_allocate(text.size() + 1));
  text.copy(copy, text.size());
  copy[text.size()] = '\0';
  return copy;
}

void c_free(void* memory) noexcept { std::free(memory); }  // NOLINT(*-no-malloc): as above

void FreeArgs::operator()(w_Targs* args) const noexcept { free_args(args); }

}  // namespace hookline::wrapper
