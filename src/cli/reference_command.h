#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/io.h"

namespace hookline::cli {

struct ReferenceOptions {
  std::string format = "markdown";  // or pyi, json
  // A page that has the line kReferencePlace: it is printed with the reference in its place.
  // Markdown only.
  std::optional<std::string> template_file;
};

inline constexpr std::string_view kReferencePlace = "<!-- the reference -->\n";

// `hookline reference`: prints what scripts can use.
[[nodiscard]] int run_reference(const ReferenceOptions& options, Io& io);

}  // namespace hookline::cli
