#pragma once

// Between C++ types and Values: to_value(content), from_value<T>(value).
#include "marshal/convert_containers.h"  // IWYU pragma: export
#include "marshal/convert_enums.h"       // IWYU pragma: export
#include "marshal/convert_fields.h"      // IWYU pragma: export
#include "marshal/convert_scalars.h"     // IWYU pragma: export
#include "marshal/converter.h"           // IWYU pragma: export
