#pragma once

#include <cstdarg>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "marshal/format.h"
#include "wrapper/wrapper.h"

// These functions make, read, print and free the argument lists of the C interface (w_Targs).
//
// Thread safety: any thread; one argument list belongs to one thread at a time.
namespace hookline::wrapper {

// Memory that crosses the C interface comes from malloc(), and the receiver frees it with free().
// Allocation failures throw std::bad_alloc.
[[nodiscard]] void* c_allocate(std::size_t size);
[[nodiscard]] char* c_copy(std::string_view text);
void c_free(void* memory) noexcept;

// Frees `args` with the strings that its elements of type s, D and L point to.
void free_args(w_Targs* args) noexcept;

// Owns the block of a w_Targs, but nothing that its elements point to.
struct FreeBlock {
  void operator()(w_Targs* args) const noexcept { c_free(args); }
};
using ArgsBlock = std::unique_ptr<w_Targs, FreeBlock>;

// Owns a w_Targs with all of its strings, as w_free_args() releases it.
struct FreeArgs {
  void operator()(w_Targs* args) const noexcept { free_args(args); }
};
using OwnedArgs = std::unique_ptr<w_Targs, FreeArgs>;

// Makes one block that holds the elements and a copy of the format. It does not copy what the
// elements point to. REQUIRES: `format` has one letter for each element, apart from '|', and no
// T(...).
[[nodiscard]] ArgsBlock make_args(std::string_view format, std::span<const w_Telement> elements);

// Implements w_pack(). `values` holds one value for each letter; the w_Targs of a T(...) becomes
// part of the block. Returns null if `format` is invalid or contains a '|'.
[[nodiscard]] ArgsBlock pack_args(std::string_view format, std::va_list values);

// Finds the elements that `wanted` asks for. `found` gets one pointer for each letter except T, in
// the order of the format, and nullptr for an optional element that is missing. Returns false if
// the types or the number of elements do not match.
//
// Follows only the pointers of T(...) elements, and only where the format and the element's type
// agree. Elements after a '|' in the format of `args` were not given, so `wanted` may omit them.
[[nodiscard]] bool match_args(const w_Targs& args, const detail::Format& wanted,
                              std::vector<const w_Telement*>& found);

// Implements w_unpack(): `targets` holds one pointer for each letter of `format`.
[[nodiscard]] bool unpack_args(const w_Targs& args, std::string_view format, std::va_list targets);

// Describes the arguments for a log: `sl: 'ann', 5`.
[[nodiscard]] std::string print_args(const w_Targs& args);

[[nodiscard]] inline w_Telement number_element(long number) {
  w_Telement element{};
  element.type = 'l';
  element.l = number;
  return element;
}
[[nodiscard]] inline w_Telement real_element(double number) {
  w_Telement element{};
  element.type = 'd';
  element.d = number;
  return element;
}
// REQUIRES: `type` is 's' or 'D'.
[[nodiscard]] inline w_Telement text_element(char type, char* text) {
  w_Telement element{};
  element.type = type;
  element.s = text;
  return element;
}

}  // namespace hookline::wrapper
