#pragma once

#include <cstdarg>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "marshal/format.h"
#include "wrapper/c_memory.h"

namespace hookline::wrapper {

// One block with the elements and a copy of the format, and nothing that the elements point to.
// REQUIRES: `format` has a letter for each element, besides a '|'; no T(...).
[[nodiscard]] ArgsBlock make_args(std::string_view format, std::span<const w_Telement> elements);

// What w_pack() does. Null: `format` is none, or has a '|'. `values` has one value for each letter;
// the w_Targs of a T(...) is part of the block.
[[nodiscard]] ArgsBlock pack_args(std::string_view format, std::va_list values);

// Where the values that `wanted` asks for are in `args`: one for each letter but T, in the order of
// the text, nullptr for an optional one that is not there. False: `args` has others, or more, or
// fewer.
//
// Nothing is read through but the w_Targs of a T(...), and that only where format and type agree
// that there is one. Values that stand behind a '|' of `args` were not given, and need not be
// wanted.
[[nodiscard]] bool match_args(const w_Targs& args, const detail::Format& wanted,
                              std::vector<const w_Telement*>& found);

// What w_unpack() does: `targets` has a pointer for each letter.
[[nodiscard]] bool unpack_args(const w_Targs& args, std::string_view format, std::va_list targets);

// Frees `args` with the strings of its s, D and L.
void free_args(w_Targs* args) noexcept;

// `sl: 'ann', 5`, for a log.
[[nodiscard]] std::string print_args(const w_Targs& args);

// Elements, by what they hold.
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
// `type`: 's' or 'D'.
[[nodiscard]] inline w_Telement text_element(char type, char* text) {
  w_Telement element{};
  element.type = type;
  element.s = text;
  return element;
}

}  // namespace hookline::wrapper
