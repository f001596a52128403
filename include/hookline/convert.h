#pragma once

// Converts between C++ types and Values: to_value(content), from_value<T>(value), and with them the
// arguments and results of typed calls and functions. docs/values.md has the table of types.
//
// Three templates in namespace hookline may be specialised for types of your own:
//   Fields<T>       for a struct that is a dict in Python: field(), optional_field()
//   Enumerators<T>  for an enum that is an int in Python
//   Converter<T>    for anything else; its read() reports errors at a ValuePath
// Everything in hookline::detail may change without notice.
#include "hookline/detail/convert_containers.h"  // IWYU pragma: export
#include "hookline/detail/convert_enums.h"       // IWYU pragma: export
#include "hookline/detail/convert_fields.h"      // IWYU pragma: export
#include "hookline/detail/convert_scalars.h"     // IWYU pragma: export
#include "hookline/detail/converter.h"           // IWYU pragma: export
#include "hookline/detail/value_path.h"          // IWYU pragma: export
