#pragma once

// Between C++ types and Values: to_value(content), from_value<T>(value).
#include "hookline/detail/convert_containers.h"  // IWYU pragma: export
#include "hookline/detail/convert_enums.h"       // IWYU pragma: export
#include "hookline/detail/convert_fields.h"      // IWYU pragma: export
#include "hookline/detail/convert_scalars.h"     // IWYU pragma: export
#include "hookline/detail/converter.h"           // IWYU pragma: export
