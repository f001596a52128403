#pragma once

#include <filesystem>
#include <optional>

#include "hookline/detail/gil.h"

namespace hookline {

// How the Python of a script is set up. What is empty is as somebody else says who is asked next.
struct PythonOptions {
  std::optional<Gil> gil;
  // Of a virtual environment whose packages the script can import.
  std::optional<std::filesystem::path> venv;
};

}  // namespace hookline
