#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/detail/host_function.h"

namespace hookline::detail {

enum class SignatureStyle : std::uint8_t {
  kPlain,  // "(nick, limit=10)": Python code
  kTyped,  // "(nick: str, limit: int = 10)", for people
  kStub,   // the same with types that a type checker understands
};

// Writes the parameters of a function as Python does. A name that is a Python keyword gets an
// underscore, and it and the parameters before it become positional only.
[[nodiscard]] std::string signature_text(const HostFunction& function, SignatureStyle style);

// Returns the type annotation for a type of Parameter::type or HostFunction::returns; names that
// are no types of Python become Any.
[[nodiscard]] std::string annotation(std::string_view type);

}  // namespace hookline::detail
