#pragma once

#include <string>

#include "hookline/value.h"

namespace hookline {

// An argument that is given by its name.
struct Keyword {
  std::string name;
  Value value;
};

}  // namespace hookline
